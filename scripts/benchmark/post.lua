-- wrk: POST /v1/feedback with new words and a new person each; BENCH_KEY is shown, BENCH_RUN keeps runs apart.
local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY"),
  ["Content-Type"] = "application/json",
}
local run = os.getenv("BENCH_RUN")
local threads = 0
local counter = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

function request()
  counter = counter + 1
  return wrk.format("POST", "/v1/feedback", headers, string.format(
    '{"text":"The street lamps in our lane have been dark for three weeks, message %d of many. Children walk home from '
      .. 'evening classes there, please have them repaired before winter.","channel":"web","place":"A7",'
      .. '"source":"bench","personRef":"%s-%d-%d"}', counter, run, id, counter))
end
