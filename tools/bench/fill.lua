-- wrk: files reports until there are enough. Number, text and key of a report follow from its place, so that sending
-- again makes no second case. FIRST and LAST (both included) and the file of words come from the environment.
--
-- Words follow Zipf's law over the file's lines; 80 % of the reports have the word `commonplace`, five of them (by their
-- place: the tenth, then every STRIDE) have `needlework`.
local slug, salt = os.getenv("SLUG"), os.getenv("SALT")
local first, last, stride = tonumber(os.getenv("FIRST")), tonumber(os.getenv("LAST")), tonumber(os.getenv("STRIDE"))
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  thread:set("count", tonumber(os.getenv("THREADS")))
  table.insert(threads, thread)
end

function init()
  accepted, refused = 0, 0
  place = first + id
  words, sums = {}, {}
  local sum = 0
  for word in io.lines(os.getenv("WORDS")) do
    words[#words + 1] = word
    sum = sum + 1 / #words
    sums[#words] = sum
  end
end

local severities = { "none", "low", "medium", "high", "critical" }

local function zipf()
  local at, low, high = math.random() * sums[#sums], 1, #sums
  while low < high do
    local middle = math.floor((low + high) / 2)
    if sums[middle] < at then low = middle + 1 else high = middle end
  end
  return words[low]
end

local function some(n)
  local found = {}
  for i = 1, n do found[i] = zipf() end
  return table.concat(found, " ")
end

function delay()
  return place > last and 200 or 0
end

function request()
  -- wrk cannot stop before its time: whoever started it interrupts it. Until then little is asked.
  if place > last then return wrk.format("GET", "/healthz") end
  local here = place
  place = place + count
  math.randomseed(here)
  local body = some(100 + math.random(0, 200)) .. " src/" .. zipf() .. "/" .. zipf() .. ".c " .. math.random(1, 10000)
  if here % 5 ~= 0 then body = body .. " commonplace" end
  if here % stride == 10 then body = body .. " needlework" end
  local report = '{"title":"' .. some(6) .. '","summary":"' .. some(12) .. '","body":"' .. body
    .. '","severity":"' .. severities[1 + here % 5] .. '"}'
  return wrk.format("POST", "/api/v1/programs/" .. slug .. "/reports",
    { ["Content-Type"] = "application/json", ["Idempotency-Key"] = salt .. "-" .. here }, report)
end

function response(status)
  if status == 201 then
    accepted = accepted + 1
  elseif status ~= 200 then
    refused = refused + 1
  end
end

function done(summary)
  local accepted, refused = 0, 0
  for _, thread in ipairs(threads) do
    accepted = accepted + thread:get("accepted")
    refused = refused + thread:get("refused")
  end
  io.write(string.format('FIGURES {"accepted":%d,"refused":%d,"seconds":%.3f}\n', accepted, refused,
    summary.duration / 1e6))
end
