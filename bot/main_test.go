package bot_test

import (
	"flag"
	"os"
	"testing"
)

// fewer is how many of n worlds a test looks at: a quarter of them where the race
// detector watches.
func fewer(n int) int {
	if racing {
		return (n + 3) / 4
	}
	return n
}

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if racing && !asked {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
