package sources

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sereno/bot"
)

// gitTime bounds what git is asked: a server that does not answer must not keep
// the other sources waiting.
const gitTime = 30 * time.Second

// isCheckout reports whether the folder is a git checkout, or one in it.
func isCheckout(folder string) bool {
	at, err := filepath.Abs(folder)
	for ; err == nil; at = filepath.Dir(at) {
		if _, missing := os.Stat(filepath.Join(at, ".git")); missing == nil {
			return true
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return false
}

// git is a command that asks nobody anything and runs nothing of the checkout's.
func git(ctx context.Context, folder string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", folder, "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"}, args...)...)
	c.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	if os.Getenv("GIT_SSH_COMMAND") == "" {
		c.Env = append(c.Env, "GIT_SSH_COMMAND=ssh -o BatchMode=yes")
	}
	c.WaitDelay = time.Second
	return c
}

// pull brings a checkout up to date; it never merges.
func pull(ctx context.Context, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, gitTime)
	defer cancel()
	out, err := git(ctx, folder, "pull", "--ff-only", "--quiet").CombinedOutput()
	if err != nil {
		return fmt.Errorf("git pull in %s: %w: %s", folder, err, withoutSecrets(lastLine(string(out))))
	}
	return nil
}

// withoutSecrets takes what stands before the @ of a web address out.
func withoutSecrets(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		scheme, rest, ok := strings.Cut(w, "://")
		if at := strings.LastIndex(rest, "@"); ok && at >= 0 {
			words[i] = scheme + "://•••" + rest[at:]
		}
	}
	return strings.Join(words, " ")
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// lastCommits says of the files, by their articles' ids, who committed them last and
// why. Of those that were changed since, or outside a checkout, it knows nothing.
func lastCommits(ctx context.Context, folder string, files map[string]string) map[string]bot.Authorship {
	if len(files) == 0 || !isCheckout(folder) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, gitTime)
	defer cancel()
	dirty, err := git(ctx, folder, "diff", "--name-only", "--relative", "HEAD", "--", ".").Output()
	if err != nil {
		return nil // no git, or no commit yet
	}
	ids := map[string]string{}
	for id, name := range files {
		ids[name] = id
	}
	for name := range strings.Lines(string(dirty)) {
		delete(ids, strings.TrimSuffix(name, "\n"))
	}
	return readLog(ctx, folder, ids)
}

// readLog reads the history, the newest commit first, until all are found.
func readLog(ctx context.Context, folder string, ids map[string]string) map[string]bot.Authorship {
	ctx, cancel := context.WithCancel(ctx)
	c := git(ctx, folder, "log", "--format=%x1e%an%x1f%s", "--name-only", "--relative", "--", ".")
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		cancel()
		return nil
	}
	defer func() { cancel(); _ = c.Wait() }()
	out := map[string]bot.Authorship{}
	var now bot.Authorship
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)
	for len(ids) > 0 && lines.Scan() {
		line := strings.ToValidUTF8(lines.Text(), "\uFFFD")
		if commit, ok := strings.CutPrefix(line, "\x1e"); ok {
			now.By, now.Why, _ = strings.Cut(commit, "\x1f")
			continue
		}
		if id, ok := ids[line]; ok {
			out[id] = now
			delete(ids, line)
		}
	}
	return out
}
