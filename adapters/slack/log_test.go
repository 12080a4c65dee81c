package slack

import (
	"bytes"
	"log/slog"
	"sync"

	"sereno/adapters/slack/slacktest"
)

// logTo writes the log, debug lines too, where a test can read it.
func logTo(b *bytes.Buffer) setting {
	return func(_ *slacktest.Options, _ *Config, o *Options, _ *tuning) {
		o.Logger = slog.New(slog.NewTextHandler(&lockedWriter{b: b}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

type lockedWriter struct {
	mu sync.Mutex
	b  *bytes.Buffer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}
