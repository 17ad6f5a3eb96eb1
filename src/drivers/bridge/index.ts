export { restoreError, type TransferredError, transferError } from "./transferred-error.js";
export { answerCalls, type ChannelEnd, WorkerChannel } from "./worker-channel.js";
