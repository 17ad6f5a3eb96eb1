export { LocMemCache, type LocMemCacheOptions } from "./local-memory.js";
export { RedisCache, type RedisCacheOptions } from "./redis.js";
