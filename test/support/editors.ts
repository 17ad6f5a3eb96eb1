import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type TypeScript from "typescript";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules");

/** What stands behind an editor: it is asked about one file, which exists in the editor only. */
export interface Editor {
  /** The names that it offers at a place of the text, in its order. */
  completions(text: string, at: number): Promise<string[]>;
  /** The file that declares what stands at a place of the text. */
  definition(text: string, at: number): Promise<string | undefined>;
  /** Ends it. */
  close(): void;
}

/** The language service of a TypeScript before 7, in this process. */
export function languageService(packageName: string, file: string): Editor {
  // the packages are versions of TypeScript under other names
  const ts = createRequire(import.meta.url)(packageName) as typeof TypeScript;
  const folder = dirname(file);
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  let text = "";
  let version = 0;
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "0"),
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
  });
  const show = (next: string): void => {
    text = next;
    version += 1;
  };
  return {
    completions: async (next, at) => {
      show(next);
      return (service.getCompletionsAtPosition(file, at, {})?.entries ?? []).map((entry) => entry.name);
    },
    definition: async (next, at) => {
      show(next);
      return service.getDefinitionAtPosition(file, at)?.[0]?.fileName;
    },
    close: () => service.dispose(),
  };
}

/** The language server of TypeScript 7, a process of its own that speaks the Language Server Protocol. */
export async function languageServer(file: string): Promise<Editor> {
  const server = spawn(process.execPath, [join(MODULES, "typescript-7/bin/tsc"), "--lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { request, notify } = protocol(server);
  const textDocument = { uri: pathToFileURL(file).href };
  await request("initialize", { processId: process.pid, rootUri: pathToFileURL(dirname(file)).href, capabilities: {} });
  notify("initialized", {});
  notify("textDocument/didOpen", { textDocument: { ...textDocument, languageId: "typescript", version: 0, text: "" } });
  let version = 0;
  const show = (text: string): void => {
    version += 1;
    notify("textDocument/didChange", { textDocument: { ...textDocument, version }, contentChanges: [{ text }] });
  };
  const place = (text: string, at: number) => {
    const lines = text.slice(0, at).split("\n");
    return { textDocument, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
  };
  return {
    completions: async (text, at) => {
      show(text);
      // the protocol: a list, or a list and whether it is complete
      const answer = (await request("textDocument/completion", place(text, at))) as
        | { items: { label: string }[] }
        | { label: string }[]
        | null;
      return (Array.isArray(answer) ? answer : (answer?.items ?? [])).map(({ label }) => label.replace(/\?$/, ""));
    },
    definition: async (text, at) => {
      show(text);
      // the protocol: one place, several, or none
      const answer = (await request("textDocument/definition", place(text, at))) as { uri: string } | { uri: string }[] | null;
      const uri = [answer ?? []].flat()[0]?.uri;
      return uri === undefined ? undefined : fileURLToPath(uri);
    },
    close: () => {
      server.kill();
    },
  };
}

/* Messages of JSON-RPC, each behind a header with its length in bytes. */
function protocol({ stdin, stdout }: ChildProcess) {
  if (stdin === null || stdout === null) throw new Error("The language server has no pipes");
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let id = 0;
  let received = Buffer.alloc(0);
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  stdout.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(received.toString("latin1"));
      if (header === null) return;
      const end = header[0].length + Number(header[1]);
      if (received.length < end) return;
      // the protocol: an answer has the id of its request, a request of the server has a method too
      const message = JSON.parse(received.toString("utf8", header[0].length, end)) as {
        id?: number;
        method?: string;
        result?: unknown;
        error?: { message: string };
      };
      received = received.subarray(end);
      if (message.id === undefined) continue;
      if (message.method !== undefined) {
        send({ id: message.id, result: null });
        continue;
      }
      const answer = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) answer?.reject(new Error(message.error.message));
      else answer?.resolve(message.result);
    }
  });
  return {
    request: (method: string, params: object): Promise<unknown> =>
      new Promise((resolve, reject) => {
        id += 1;
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      }),
    notify: (method: string, params: object): void => send({ method, params }),
  };
}
