package bot_test

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"

	"sereno/bot"
)

// platform lets an event in as a platform would send it; what is left out is
// filled in.
func (w *world) platform(e bot.Event) {
	w.t.Helper()
	w.must2(w.accepted(e))
	w.must2(w.Settle(w.t.Context()))
}

func (w *world) accepted(e bot.Event) error {
	w.forged++
	if e.Key == "" {
		e.Key = fmt.Sprintf("console:f%d", w.forged)
	}
	e.Platform = cmp.Or(e.Platform, "console")
	if e.At.IsZero() {
		e.At = w.Now()
	}
	return w.bot.Accept(w.t.Context(), e)
}

// logged has the bot's log, from warnings on, written down.
func logged(out *bytes.Buffer) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Logger = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
}

// card is what the card of the incident shows.
func (w *world) card(id string) bot.Message {
	w.t.Helper()
	for _, ch := range []string{"payments-team", "platform-team"} {
		for _, m := range w.Messages(ch, "ana") {
			if m.Purpose == "card" && m.Incident == id {
				return m.Body
			}
		}
	}
	w.t.Fatalf("%s has no card", id)
	return bot.Message{}
}

// paged counts the pages about the incident that were decided.
func (w *world) paged(id string) int {
	w.t.Helper()
	n := 0
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) error {
		h, err := tx.History(w.t.Context(), number(id))
		for _, e := range h {
			if e.Kind == "paged" {
				n++
			}
		}
		return err
	}))
	return n
}

func number(id string) (n int) {
	_, _ = fmt.Sscanf(id, "INC-%d", &n)
	return n
}
