//go:build race

package bot_test

// racing: the race detector makes each world several times as slow, and finds
// what it looks for in fewer of them.
const racing = true
