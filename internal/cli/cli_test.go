package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"sereno/internal/pgtest"
)

// TestMain lets the scripts run "sereno" as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"sereno": func() { os.Exit(Main()) }})
}

// leakless fails tests that leave goroutines behind.
type leakless struct{ m *testing.M }

func (l leakless) Run() int {
	code := l.m.Run()
	if err := pgtest.Stop(); err != nil {
		os.Stderr.WriteString(err.Error())
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error())
			return 1
		}
	}
	return code
}

// sampleFolder holds the sample company's document and articles.
const sampleFolder = "../../bot/config/sample"

func TestCommandLine(t *testing.T) {
	sample, err := filepath.Abs(sampleFolder)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exitstatus LINE N: "sereno LINE" ends with status N.
			"exitstatus": func(ts *testscript.TestScript, _ bool, args []string) {
				if len(args) != 2 {
					ts.Fatalf("usage: exitstatus LINE N")
				}
				err := ts.Exec("sereno", strings.Fields(args[0])...)
				var exit *exec.ExitError
				if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[1] {
					ts.Fatalf("sereno %s: %v, want status %s", args[0], err, args[1])
				}
			},
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("SAMPLE", sample)
			if err := servePlatforms(env); err != nil {
				return err
			}
			env.Setenv("LANG", "en_US.UTF-8")
			return os.CopyFS(filepath.Join(env.WorkDir, "kb"), os.DirFS(filepath.Join(sample, "kb")))
		},
	})
}
