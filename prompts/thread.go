package prompts

import (
	"fmt"
	"strings"

	"sereno/bot"
	"sereno/prompts/redact"
)

const (
	// maxText bounds a text that is sent, and maxThread all messages of a conversation
	// together, in bytes: what is asked for can be told from less.
	maxText   = 6000
	maxThread = 32000
	// maxRead bounds what is looked through for secrets, in bytes.
	maxRead = 64 << 10
)

// message is an utterance as the model sees it.
type message struct {
	ID       string `json:"id"`
	From     string `json:"from"`
	Name     string `json:"name,omitempty"`
	Internal bool   `json:"internal,omitempty"`
	At       string `json:"at"`
	Text     string `json:"text"`
}

// safe is the text as it may be sent: redacted first, so that a cut leaves no part
// of a secret, then cut.
func safe(s *redact.Session, text string) string {
	if len(text) > maxRead {
		text = strings.ToValidUTF8(text[:maxRead], "")
		text = text[:max(strings.LastIndexAny(text, " \n"), 0)] // a word that is cut in two could be half a secret
	}
	return cut(s.Redact(text), maxText)
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + " […]"
}

// messages are the utterances as they may be sent: the first, and as many of the
// newest as there is room for.
func messages(s *redact.Session, thread []bot.Utterance) []message {
	from := newest(thread)
	var out []message
	for i, u := range thread {
		if i > 0 && i < from {
			continue
		}
		m := message{ID: fmt.Sprintf("m%d", i+1), From: "customer", Name: s.Name(u.Author), Internal: u.Internal, At: u.At.UTC().Format("2006-01-02 15:04"), Text: safe(s, u.Text)}
		if u.Staff {
			m.From = "support"
		}
		out = append(out, m)
	}
	return out
}

// newest is where those begin that there is room for.
func newest(thread []bot.Utterance) int {
	size := 0
	for i := len(thread) - 1; i > 0; i-- {
		if size += min(len(thread[i].Text), maxText); size > maxThread {
			return i + 1
		}
	}
	return 0
}

// textsOf is what was said, for checks.
func textsOf(in []message) []string {
	var out []string
	for _, m := range in {
		out = append(out, m.Name+": "+m.Text)
	}
	return out
}
