package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

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

// nobody is a workspace whose people Slack does not tell us of.
func nobody(context.Context, string) (person, error) { return person{}, errors.New("not there") }

// signWith signs a body as Slack does.
func signWith(h http.Header, secret, body string) {
	ts := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + ts + ":" + body))
	h.Set("X-Slack-Request-Timestamp", ts)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}
