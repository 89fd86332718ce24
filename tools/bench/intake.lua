-- wrk: every request files a new report under a new Idempotency-Key. SLUG and SALT come from the environment.
local slug, salt = os.getenv("SLUG"), os.getenv("SALT")
local threads = {}

function setup(thread)
  thread:set("id", #threads + 1)
  table.insert(threads, thread)
end

function init()
  count, accepted, refused = 0, 0, 0
  -- 1.5 kB: the middle of real reports.
  filler = string.rep("The endpoint reflects the parameter without encoding it. ", 26)
end

function request()
  count = count + 1
  local name = salt .. "-" .. id .. "-" .. count
  local body = '{"title":"Report ' .. name .. '","summary":"It reflects a parameter.","body":"' .. name .. " " .. filler .. '"}'
  return wrk.format("POST", "/api/v1/programs/" .. slug .. "/reports",
    { ["Content-Type"] = "application/json", ["Idempotency-Key"] = name }, body)
end

function response(status)
  if status == 201 then accepted = accepted + 1 else refused = refused + 1 end
end

function done(summary, latency)
  local accepted, refused = 0, 0
  for _, thread in ipairs(threads) do
    accepted = accepted + thread:get("accepted")
    refused = refused + thread:get("refused")
  end
  io.write(string.format(
    'FIGURES {"accepted":%d,"refused":%d,"seconds":%.3f,"p50_ms":%.2f,"p99_ms":%.2f,"max_ms":%.2f,"socket_errors":%d}\n',
    accepted, refused, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
