// Package ops is what whoever runs the process sees of it over HTTP: whether
// it is alive, whether it is ready to take work, and its figures.
package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check says why the process is not ready: one reason a line, none when it is.
type Check func(ctx context.Context) []string

// readyTime bounds the checks of one request.
const readyTime = 3 * time.Second

// NewHandler serves /healthz, /readyz and /metrics. Other paths, such as a
// platform's, are added to the mux that it returns.
func NewHandler(m *Metrics, log *slog.Logger, checks ...Check) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, log, http.StatusOK, health{Status: "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if reasons := Ask(r.Context(), readyTime, checks); len(reasons) > 0 {
			reply(w, log, http.StatusServiceUnavailable, health{Status: "not ready", Reasons: reasons})
			return
		}
		reply(w, log, http.StatusOK, health{Status: "ready"})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		// A queue that cannot be read must not hide the other figures.
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      logged{log},
	}))
	return mux
}

type health struct {
	Status  string   `json:"status"`
	Reasons []string `json:"reasons,omitempty"`
}

func reply(w http.ResponseWriter, log *slog.Logger, status int, h health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(h); err != nil {
		log.Debug("whoever asked for the health did not wait", "error", err)
	}
}

type logged struct{ log *slog.Logger }

func (l logged) Println(v ...any) { l.log.Warn("metrics", "error", fmt.Sprint(v...)) }

// drainTime is how long requests that are under way may take at the end.
const drainTime = 5 * time.Second

// Serve answers on the listener until ctx ends, lets requests that are under
// way finish, and returns nil. It closes the listener.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1) // so that Serve's goroutine never waits for us
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", "after", drainTime)
		err = server.Close()
	}
	<-done
	if err != nil {
		return fmt.Errorf("stop serving HTTP: %w", err)
	}
	return nil
}
