/**
 * Purpose: one atomic move. All conditions hold and everything is written, or nothing is.
 * Steps: check each condition in order; stop at the first that fails; then write in order.
 * Keys: one per condition, then one per write.
 * Args: number of conditions; per condition `is | none | some` and a value (used by `is`);
 *       per write `set` value ttl-ms | `drop` "" "" | `rank` score member | `unrank` "" member.
 * Returns: 1 = written, 0 = a condition did not hold. Ranked sets live 24 h after their last entry.
 */
export const moveScript = `
local conditions = tonumber(ARGV[1])
local at = 2
for k = 1, conditions do
  local mode, value = ARGV[at], ARGV[at + 1]
  at = at + 2
  if mode == 'is' then
    if redis.call('GET', KEYS[k]) ~= value then return 0 end
  elseif (redis.call('EXISTS', KEYS[k]) == 1) ~= (mode == 'some') then
    return 0
  end
end
for k = conditions + 1, #KEYS do
  local mode, first, second = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  at = at + 3
  if mode == 'set' then redis.call('SET', KEYS[k], first, 'PX', second)
  elseif mode == 'drop' then redis.call('DEL', KEYS[k])
  elseif mode == 'rank' then
    redis.call('ZADD', KEYS[k], first, second)
    redis.call('PEXPIRE', KEYS[k], 86400000)
  elseif mode == 'unrank' then redis.call('ZREM', KEYS[k], second)
  end
end
return 1`;

/**
 * Purpose: take what is due, so that of several takers each member goes to one.
 * Steps: read the members up to `now`; move each to `until`, when it is due again unless its taker removed it.
 * Keys: the ranked set. Args: now, until, limit. Returns: the members taken.
 */
export const takeScript = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due`;

/**
 * Purpose: append to a chain of which each entry names the one before, so that of several writers none loses an entry.
 * Steps: look at the last entry; refuse when it is not the one that the writer built upon; append the new ones in order.
 * Keys: the stream. Args: label of the last entry ("" = the stream is empty); then per entry its label and text.
 * Returns: false = appended; else the last entry's id, label and text ("" three times when the stream is empty).
 */
export const chainScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local label = last and last[2][2] or ''
if label ~= ARGV[1] then
  if not last then return {'', '', ''} end
  return {last[1], label, last[2][4]}
end
for k = 2, #ARGV, 2 do redis.call('XADD', KEYS[1], '*', 'label', ARGV[k], 'entry', ARGV[k + 1]) end
return false`;

/**
 * Purpose: drop the oldest entries of a chain and say in the same move what the rest begins after.
 * Keys: the stream, the anchor. Args: the anchor as the caller knew it ("" = none), the new anchor, id of the first entry to keep.
 * Returns: 1 = done, 0 = another one was quicker.
 */
export const anchorScript = `
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('XTRIM', KEYS[1], 'MINID', ARGV[3])
return 1`;
