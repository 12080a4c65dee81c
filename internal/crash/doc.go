// Package crash holds no code, only a proof: the real program is killed again
// and again while people write to it through a Slack on the wire, and in the end
// everything that they did is in its place, once.
//
//	go test ./internal/crash                          20 kills, as in CI
//	SERENO_CRASH_KILLS=200 go test ./internal/crash   as many as wanted
//	SERENO_CRASH_SEED=7 go test ./internal/crash      the choices of an earlier run
package crash
