"""Lua scripts: changes of an answer's log that must be atomic.

Their first line makes a full Redis refuse them before their first command; without it, after their first write.
"""

BEGIN_RUN = """#!lua
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local run, base, prefix, ttl, takes_over = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5] == '1'
if last then
  local last_run, reached = string.match(last[1], '^(%d+)-(%d+)$')
  last_run, reached = tonumber(last_run), tonumber(reached)
  local is_start = last[2][1] == 's'
  if is_start then reached = tonumber(last[2][2]) end
  if last_run > run or (last_run == run and not is_start) then return -1 end
  if last_run == run then return reached end
  if takes_over then base = reached elseif reached ~= base then last = nil end
end
if not last then
  redis.call('DEL', KEYS[1], KEYS[2])
  if prefix ~= '' then redis.call('RPUSH', KEYS[2], prefix) end
end
redis.call('XADD', KEYS[1], ARGV[1] .. '-0', 's', string.format('%.0f', base))
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('PEXPIRE', KEYS[2], ttl)
return base
"""
"""Begin a run, which shuts out the writers of earlier ones, and return the number after which it begins.

Returns -1 if a later run has begun, or if this one has entries already.

A log that ends before the base of the run is replaced by `prefix`; a takeover begins wherever the log ends.
KEYS: stream, folds. ARGV: run, base, prefix (a fold or nothing), time to live in milliseconds, 1 for a takeover.
"""

REBUILD_RUN = """#!lua
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last then
  local last_run, run = tonumber(string.match(last[1], '^%d+')), tonumber(ARGV[1])
  if last_run > run then return -1 end
  if last_run == run and last[2][1] == 'e' then return 1 end
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('XADD', KEYS[1], ARGV[1] .. '-0', 's', ARGV[2])
if ARGV[6] ~= '' then redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. ARGV[5], 't', ARGV[6]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 0
"""
"""Replace the log of a run, for a writer that cannot know which of its commands were carried out.

Returns 0; -1 if a later run has begun; 1 if the log has the end of this one. KEYS: stream, folds. ARGV: run, base, a
fold with everything but the last delta, time to live in milliseconds, the number of the last delta, and the value of
its entry (empty if there is none). The last delta is an entry by itself, because mirrors wait for new entries.
"""
