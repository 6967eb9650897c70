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
