package bot_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sereno/bot"
)

func TestHostileMessagesAreKeptAndHurtNobody(t *testing.T) {
	for name, words := range map[string]string{
		"100 KB":          strings.Repeat("La API falla. ", 8000),
		"one long word":   strings.Repeat("x", 120_000),
		"NUL":             "La API\x00 falla con error 500",
		"invalid UTF-8":   "La API \xff\xfe falla con error 500",
		"right to left":   "La API \u202egap ed IPA\u202c falla con error 500",
		"zero width":      "\u200b\u200d\u2060",
		"braces":          "{id} {name|one|many} {{ falla",
		"only spaces":     " \t\n ",
		"emoji":           strings.Repeat("👩‍👩‍👧‍👦", 500),
		"combining marks": "a" + strings.Repeat("\u0301", 20_000) + " falla",
		"newlines":        strings.Repeat("\n", 50_000) + "falla",
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w := newWorld(t, logged(&log))
			id := w.say("maria", "acme-support", "", words)
			w.platform(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "ana", Text: "/incident note INC-1 " + words})
			w.platform(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "ana", Text: "/" + words})
			w.platform(bot.Event{Kind: bot.MessageEdited, Channel: "acme-support", Message: id, User: "maria", Text: words + "."})
			w.platform(bot.Event{Kind: bot.FormSent, Channel: "payments-team", User: "ana", Form: "resolve", Value: "INC-1", Fields: map[string]string{"done": words}})
			if log.Len() > 0 {
				t.Errorf("logged: %.300s", log.String())
			}
			for _, r := range w.records {
				if n := utf8.RuneCountInString(r.Message.Plain()); n > 10_000 && r.Purpose != "asked" && (r.Purpose != "relay" || n > 21_000) { // what was done is told whole
					t.Errorf("a %s of %d characters", r.Kind, n)
				}
				if title := r.Message.Title; strings.ContainsAny(title, "\u202e\u202c\n") {
					t.Errorf("title %q", title)
				}
			}
		})
	}
}

func TestAnEventOfAnotherCenturyIsHandledSwiftly(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Unix(0, 0), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		begin.Add(24 * time.Hour),
	} {
		t.Run(at.String(), func(t *testing.T) {
			w := newWorld(t)
			w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "x1", User: "maria", Text: report, At: at})
			w.command("ana", "payments-team", "/incident take INC-1")
			if c := clock(w.state("INC-1"), "first_response"); !c.Due.Equal(begin.Add(time.Hour)) {
				t.Errorf("the first response is due %s", c.Due)
			}
		})
	}
}
