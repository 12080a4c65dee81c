package ops

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

var quiet = slog.New(slog.DiscardHandler)

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestHealthAndReadiness(t *testing.T) {
	var reasons []string
	h := NewHandler(NewMetrics("1.0"), quiet,
		func(context.Context) []string { return reasons },
		func(context.Context) []string { return nil })
	if code, body := get(t, h, "/healthz"); code != 200 || !strings.Contains(body, "alive") {
		t.Errorf("healthz: %d %s", code, body)
	}
	if code, body := get(t, h, "/readyz"); code != 200 || !strings.Contains(body, `"ready"`) {
		t.Errorf("readyz: %d %s", code, body)
	}
	reasons = []string{"store: disk full", "slack: catching up"}
	code, body := get(t, h, "/readyz")
	if code != 503 || !strings.Contains(body, "disk full") || !strings.Contains(body, "catching up") {
		t.Errorf("readyz: %d %s", code, body)
	}
	if code, _ := get(t, h, "/healthz"); code != 200 {
		t.Errorf("a process that is not ready is alive: %d", code)
	}
}

func TestFiguresAreShown(t *testing.T) {
	m := NewMetrics("1.0")
	m.EventAccepted("slack", bot.MessagePosted, true)
	m.EventAccepted("slack", bot.MessagePosted, false)
	m.EventRefused("slack", "signature")
	m.EventHandled("slack", bot.MessagePosted, 4*time.Millisecond, nil)
	m.EventHandled("slack", bot.MessagePosted, time.Second, errors.New("busy"))
	m.Delivered("slack", bot.Page, "sent", time.Second)
	m.TimerFired("warn", 2*time.Second)
	m.IncidentOpened("acme")
	m.ClockBreached("acme", "first_response")
	var failing error
	m.Watch(func(context.Context) (bot.Backlog, error) { return bot.Backlog{Events: 3, DeadDeliveries: 1}, failing })
	h := NewHandler(m, quiet)
	code, body := get(t, h, "/metrics")
	if code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	for _, want := range []string{
		`sereno_events_accepted_total{kind="message",platform="slack",repeated="false"} 1`,
		`sereno_events_accepted_total{kind="message",platform="slack",repeated="true"} 1`,
		`sereno_events_refused_total{platform="slack",reason="signature"} 1`,
		`sereno_event_handling_seconds_count{kind="message",platform="slack"} 1`,
		`sereno_event_failures_total{kind="message",platform="slack"} 1`,
		`sereno_delivery_seconds_count{kind="page",outcome="sent",platform="slack"} 1`,
		`sereno_timer_lateness_seconds_sum{kind="warn"} 2`,
		`sereno_incidents_opened_total{customer="acme"} 1`,
		`sereno_clocks_breached_total{clock="first_response",customer="acme"} 1`,
		`sereno_backlog{queue="events"} 3`,
		`sereno_backlog{queue="dead_deliveries"} 1`,
		`sereno_build_info{version="1.0"} 1`,
		`go_goroutines`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	failing = errors.New("store unavailable")
	code, body = get(t, h, "/metrics")
	if code != 200 || strings.Contains(body, "sereno_backlog{") || !strings.Contains(body, "sereno_incidents_opened_total") {
		t.Errorf("with the store away: %d, %d bytes", code, len(body))
	}
}

func TestRequestsUnderWayFinishBeforeServeReturns(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		_, _ = io.WriteString(w, "whole")
	})
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, l, h, quiet) }()
	body := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			body <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		body <- string(b)
	}()
	<-entered
	cancel()
	close(leave)
	if got := <-body; got != "whole" {
		t.Errorf("got %q", got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestAListenerThatIsGoneIsAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := Serve(t.Context(), l, http.NotFoundHandler(), quiet); err == nil {
		t.Error("nothing was said")
	}
}
