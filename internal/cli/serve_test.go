package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sereno/adapters/discord/discordtest"
	"sereno/bot/kb"
	"sereno/prompts/promptstest"
)

// serving is a server under a configuration file, and what it logs.
type serving struct {
	t      *testing.T
	path   string
	reload chan os.Signal
	stop   context.CancelFunc
	ended  chan error
	logs   *bufio.Scanner
	url    string
	server *server
}

// entry is one line of the log.
type entry struct {
	Level, Msg, Address, Change, Problem, Error string
	Published, Archived, Skipped                int
}

// serve starts a server with the sample company and the lines added to its document.
func serve(t *testing.T, lines string) *serving {
	t.Helper()
	folder := t.TempDir()
	s := &serving{
		t: t, path: filepath.Join(folder, "sereno.yaml"),
		reload: make(chan os.Signal), ended: make(chan error, 1),
	}
	s.write(lines + "\nlisten: 127.0.0.1:0\nstore: " + filepath.Join(folder, "sereno.db") + "\nlog: {format: json}\n")
	r, w := io.Pipe()
	s.logs = bufio.NewScanner(r)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	s.stop = cancel
	opened := make(chan *server, 1)
	go func() {
		server, err := Process{Env: os.LookupEnv}.open(ctx, s.path, w)
		if err == nil {
			opened <- server
			err = errors.Join(server.run(ctx, s.reload), server.store.Close())
		}
		w.Close()
		s.ended <- err
	}()
	t.Cleanup(func() { cancel(); _, _ = io.Copy(io.Discard, r) })
	s.url = "http://" + s.until("serving").Address
	s.server = <-opened
	return s
}

func (s *serving) write(lines string) {
	s.t.Helper()
	sample, err := os.ReadFile(filepath.Join(sampleFolder, "sereno.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path, []byte(string(sample)+lines), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// rewrite changes the document as it stands.
func (s *serving) rewrite(old, new string) {
	s.t.Helper()
	now, err := os.ReadFile(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(string(now), old) {
		s.t.Fatalf("the document has no %q", old)
	}
	if err := os.WriteFile(s.path, []byte(strings.Replace(string(now), old, new, 1)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// until reads the log as far as the message.
func (s *serving) until(msg string) entry {
	s.t.Helper()
	var seen []string
	for s.logs.Scan() {
		var e entry
		if err := json.Unmarshal(s.logs.Bytes(), &e); err != nil {
			s.t.Fatalf("the log is not JSON: %s", s.logs.Text())
		}
		if e.Msg == msg {
			return e
		}
		seen = append(seen, s.logs.Text())
	}
	s.t.Fatalf("the log never said %q:\n%s", msg, strings.Join(seen, "\n"))
	return entry{}
}

func (s *serving) get(path string) (int, string) {
	s.t.Helper()
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// end stops the server and waits for it.
func (s *serving) end() {
	s.t.Helper()
	s.stop()
	s.until("ended")
	if err := <-s.ended; err != nil {
		s.t.Error(err)
	}
}

func TestServeAnswersOverHTTPAndEndsInOrder(t *testing.T) {
	s := serve(t, "")
	for path, want := range map[string]string{
		"/healthz": "alive", "/readyz": `"ready"`, "/metrics": `sereno_backlog{queue="events"} 0`,
	} {
		if code, body := s.get(path); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if code, _ := s.get("/slack/events"); code != 404 {
		t.Errorf("without Slack its path answers %d", code)
	}
	s.end()
}

func TestSlackIsHeardOverHTTPWhenConfigured(t *testing.T) {
	s := serve(t, "slack: {mode: http, bot_token: xoxb-1, signing_secret: shh, api_url: \"http://127.0.0.1:1/\"}")
	if code, _ := s.get("/slack/events"); code == 404 {
		t.Error("Slack's path is not there")
	}
	if code, body := s.get("/readyz"); code != 503 || !strings.Contains(body, "slack: has not caught up yet") {
		t.Errorf("readyz: %d %s", code, body)
	}
	s.end()
}

func TestSeveralPlatformsAreServedAtOnce(t *testing.T) {
	s := serve(t, `
slack: {bot_token: xoxb-1, app_token: xapp-1, api_url: "http://127.0.0.1:1/"}
discord: {token: a.b.c, api_url: "http://127.0.0.1:1/api", gateway_url: "ws://127.0.0.1:1/"}
mattermost: {url: "http://127.0.0.1:1", token: m, callback_url: "http://127.0.0.1:1"}`)
	code, body := s.get("/readyz")
	for _, platform := range []string{"slack", "discord", "mattermost"} {
		if code != 503 || !strings.Contains(body, platform+": has not caught up yet") {
			t.Errorf("readyz: %d %s", code, body)
		}
	}
	if code, _ := s.get("/mattermost/actions"); code == 404 {
		t.Error("Mattermost's path is not there")
	}
	if code, _ := s.get("/slack/events"); code != 404 {
		t.Error("Slack's path is there although it is heard over sockets")
	}
	s.rewrite("token: a.b.c", "token: a.b.d")
	s.reload <- syscall.SIGHUP
	s.until("the store, the addresses, the heartbeat, the log's format and the platforms' settings change with a restart")
	s.end()
}

func TestCommandsAreRegisteredAtTheStartWhereTheyDiffer(t *testing.T) {
	d, err := discordtest.New(discordtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	lines := "discord: {token: " + d.Token() + ", guild: " + discordtest.Guild + ", api_url: '" + d.URL() + "', gateway_url: '" + d.GatewayURL() + "'}"
	first := serve(t, lines)
	first.until("the commands are registered")
	first.end()
	if registered, times := d.Commands(); times != 1 || !strings.Contains(string(registered), `"incident"`) {
		t.Errorf("registered %d times: %s", times, registered)
	}
	second := serve(t, lines)
	second.until("the commands are registered already")
	second.end()
	if _, times := d.Commands(); times != 1 {
		t.Errorf("registered %d times", times)
	}
}

func TestAReloadPutsTheNewConfigurationInForce(t *testing.T) {
	s := serve(t, "")
	s.rewrite("first_response: 15m", "first_response: 10m")
	s.reload <- syscall.SIGHUP
	if e := s.until("configuration changed"); !strings.Contains(e.Change, "gold") || !strings.Contains(e.Change, "10m") {
		t.Errorf("the log says %q", e.Change)
	}
	s.until("configuration in force")

	s.rewrite("contracts:", "contacts:")
	s.reload <- syscall.SIGHUP
	if e := s.until("configuration"); !strings.Contains(e.Problem, "contacts") || e.Level != "ERROR" {
		t.Errorf("the log says %+v", e)
	}
	s.until("the old configuration stays in force")

	s.rewrite("contacts:", "contracts:")
	s.rewrite("listen: 127.0.0.1:0", "listen: 127.0.0.1:1")
	s.reload <- syscall.SIGHUP
	s.until("the store, the addresses, the heartbeat, the log's format and the platforms' settings change with a restart")
	s.until("configuration in force")
	if code, _ := s.get("/readyz"); code != 200 {
		t.Errorf("after reloads: %d", code)
	}
	s.end()
}

func TestWhatKeepsAServerFromStartingIsSaid(t *testing.T) {
	taken := serve(t, "")
	for what, tt := range map[string]struct {
		lines, want, spanish string
		status               int
	}{
		"an address in use":     {"\nlisten: " + strings.TrimPrefix(taken.url, "http://") + "\nstore: \"sqlite::memory:\"\n", "address already in use", "no se puede atender por HTTP: ", failed},
		"a store in use":        {"\nlisten: 127.0.0.1:0\nstore: " + filepath.Join(filepath.Dir(taken.path), "sereno.db") + "\n", "in use by another process", "sereno.db: la usa otro proceso (pid ", failed},
		"articles that are not": {"\nlisten: 127.0.0.1:0\nstore: \"sqlite::memory:\"\nkb: {sources: [./nowhere]}\n", "nowhere", "no se pueden leer los artículos", badInput},
	} {
		other := &serving{t: t, path: filepath.Join(t.TempDir(), "sereno.yaml")}
		other.write(tt.lines)
		err := Process{Env: os.LookupEnv}.run(t.Context(), other.path, io.Discard, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || status(err) != tt.status {
			t.Fatalf("%s: %v", what, err)
		}
		reader := Process{Env: func(name string) (string, bool) { return "es_AR.UTF-8", name == "LANG" }}
		if told := reader.explain(err); !strings.Contains(told, tt.spanish) {
			t.Errorf("%s, in Spanish: %s", what, told)
		}
	}
	taken.end()
}

func TestAServerIsEndedByASignal(t *testing.T) {
	s := &serving{t: t, path: filepath.Join(t.TempDir(), "sereno.yaml")}
	s.write("\nlisten: 127.0.0.1:0\nstore: \"sqlite::memory:\"\nlog: {format: json}\n")
	r, w := io.Pipe()
	s.logs = bufio.NewScanner(r)
	code := make(chan int, 1)
	go func() {
		code <- Run(t.Context(), Process{Args: []string{"serve", "--config", s.path}, Out: io.Discard, Err: w, Env: os.LookupEnv})
		w.Close()
	}()
	s.until("serving")
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("ended")
	if got := <-code; got != done {
		t.Errorf("status %d", got)
	}
	_, _ = io.Copy(io.Discard, r)
}

func TestCheckAsksTheRunningBotWhatItGaveUp(t *testing.T) {
	var backlog string
	l := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "sereno_build_info{version=\"1\"} 1\n"+backlog)
	}))
	defer l.Close()
	s := &serving{t: t, path: filepath.Join(t.TempDir(), "sereno.yaml")}
	s.write("\nlisten: " + strings.TrimPrefix(l.URL, "http://") + "\n")
	check := func() (int, string) {
		var out strings.Builder
		code := Run(t.Context(), Process{Args: []string{"check", "--online", "--config", s.path}, Out: &out, Err: &out, Env: os.LookupEnv})
		return code, out.String()
	}
	if code, out := check(); code != done || strings.Contains(out, "Nobody serves") {
		t.Errorf("%d %s", code, out)
	}
	backlog = "sereno_backlog{queue=\"dead_deliveries\"} 3\nsereno_backlog{queue=\"dead_events\"} 0\n"
	if code, out := check(); code != failed || !strings.Contains(out, "running bot: 3 deliveries were given up") || strings.Contains(out, "events") {
		t.Errorf("%d %s", code, out)
	}
	l.Close()
	if code, out := check(); code != done || !strings.Contains(out, "Nobody serves") {
		t.Errorf("%d %s", code, out)
	}
	http.DefaultClient.CloseIdleConnections()
}

// A file that changes while the process runs is found with its new words, and a
// broken one leaves the published words standing.
func TestAChangedFileIsFoundWhileServing(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	head := "---\ntitle: Turbine\nkind: faq\nlanguage: en\n---\n"
	write("turbine.md", head+"Stop it at once.\n")
	s := serve(t, "kb: {sources: ['"+folder+"']}")
	found := func() string {
		var out []string
		for _, x := range s.server.library.Search(kb.Query{Text: "turbine", Language: "en"}) {
			out = append(out, x.Article.Text)
		}
		return strings.Join(out, " ")
	}
	wait := func(want string) {
		t.Helper()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(15 * time.Second); found() != want; <-tick.C {
			if time.Now().After(deadline) {
				t.Fatalf("found %q, not %q", found(), want)
			}
		}
	}
	wait("Stop it at once.")
	write("turbine.md", head+"Let it run down.\n")
	if e := s.until("articles taken in"); e.Published != 1 {
		t.Errorf("%+v", e)
	}
	taken := time.Now()
	wait("Let it run down.")
	t.Logf("found %s after it was taken in", time.Since(taken).Round(time.Millisecond))
	write("turbine.md", "broken")
	s.until("a source of articles is wrong; what was published of it stands")
	wait("Let it run down.")
	s.end()
}

func TestAReloadAsksAnotherAssistant(t *testing.T) {
	first, second := promptstest.New(promptstest.Say("")), promptstest.New(promptstest.Say(""))
	t.Cleanup(first.Close)
	t.Cleanup(second.Close)
	folder := t.TempDir()
	article := []byte("---\ntitle: A\nkind: faq\nlanguage: en\n---\nWords.\n")
	if err := os.WriteFile(filepath.Join(folder, "a.md"), article, 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "kb: {sources: ['"+folder+"']}\n"+
		"assistant: {model: m, base_url: '"+first.BaseURL()+"', key: "+promptstest.Key+", embeddings: {model: e, dimension: 16}}")
	s.until("assistant asked")
	s.rewrite(first.BaseURL(), second.BaseURL())
	s.rewrite("{model: e,", "{model: f,")
	s.reload <- syscall.SIGHUP
	s.until("configuration in force")
	if e := s.until("assistant asked"); e.Level != "INFO" {
		t.Errorf("%+v", e)
	}
	if was, is := first.Requests(), second.Requests(); len(was) != 1 || len(is) != 1 || was[0].Model != "e" || is[0].Model != "f" {
		t.Errorf("the first is asked for %+v, the second for %+v", was, is)
	}
	s.end()
}
