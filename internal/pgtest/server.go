package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a private PostgreSQL: its data and socket are in one temporary
// folder and nothing listens on the network.
type server struct {
	dir     string
	address string
	cmd     *exec.Cmd
	ended   chan error // capacity 1: the server's end waits for whoever asks
	// lifeline is held open by this process and read by the server's guard.
	lifeline io.Closer
}

// startServer makes and starts one.
func startServer() (_ *server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	// A socket's path may have about 100 bytes, so the folder's is kept short.
	dir, err := os.MkdirTemp("", "pgt")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	as, err := owner(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "sereno", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, as.attributes()
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if err := s.launch(filepath.Join(bin, "postgres"), data, as); err != nil {
		return nil, err
	}
	s.address = (&url.URL{
		Scheme: "postgres", User: url.User("sereno"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}}.Encode(),
	}).String()
	if err := s.await(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// guard runs the server and ends it when file 3, the test binary's lifeline,
// does: that is, when the binary ends, however it ends (a time-out panics past
// TestMain). QUIT ends it at once, without writing down what is thrown away in
// the next moment: that took long. Nothing is left in the folder that is its name.
const guard = `"$@" </dev/null & server=$!
{ cat >/dev/null; kill -QUIT $server 2>/dev/null; } <&3 &
watch=$!
trap 'kill -QUIT $server' INT TERM
wait $server; code=$?
kill $watch 2>/dev/null
rm -rf "$0"
exit $code`

func (s *server) launch(postgres, data string, as user) error {
	output, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer output.Close()
	hold, feed, err := os.Pipe()
	if err != nil {
		return err
	}
	defer hold.Close()
	s.cmd = exec.Command("/bin/sh", "-c", guard, s.dir, postgres, "-D", data, "-k", s.dir,
		"-c", "deadlock_timeout=50ms", // tests make deadlocks on purpose
		"-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=64MB")
	s.cmd.Dir, s.cmd.SysProcAttr = s.dir, as.attributes()
	s.cmd.Stdout, s.cmd.Stderr = output, output
	s.cmd.ExtraFiles = []*os.File{hold} // number 3 there
	if err := s.cmd.Start(); err != nil {
		return errors.Join(err, feed.Close())
	}
	s.lifeline = feed
	go func() { s.ended <- s.cmd.Wait() }()
	return nil
}

// await waits until the server answers.
func (s *server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		c, err := pgx.Connect(ctx, s.address)
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case end := <-s.ended:
			s.ended <- end
			return fmt.Errorf("the server did not start: %w\n%s", errors.Join(end, err), s.log())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w\n%s", err, s.log())
		case <-again.C:
		}
	}
}

// stop ends the server and removes all of it: thousands of files, which on a busy
// machine takes a while.
func (s *server) stop() error {
	err := s.lifeline.Close()
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		err = errors.Join(err, errors.New("the server did not stop in time"), s.cmd.Process.Kill())
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *server) log() string {
	b, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// binaries finds the folder with initdb and postgres, the newest where the
// system keeps several.
func binaries() (string, error) {
	var places []string
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			places = append(places, filepath.Dir(p))
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		slices.Sort(found)
		slices.Reverse(found)
		places = append(places, found...)
	}
	for _, p := range places {
		if executable(filepath.Join(p, "initdb")) && executable(filepath.Join(p, "postgres")) {
			return p, nil
		}
	}
	return "", fmt.Errorf("no PostgreSQL server found in %s", strings.Join(append([]string{"PATH"}, places...), ", "))
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
