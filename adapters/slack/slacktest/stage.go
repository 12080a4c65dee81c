package slacktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/bot/emoji"
)

// Wire is the workspace as the conformance suite uses it.
func (s *Server) Wire(t testing.TB) adaptertest.Wire { return wire{s, t} }

type wire struct {
	*Server
	t testing.TB
}

// typed is the text as Slack's own clients send it.
func (w wire) typed(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(emoji.Names(text))
	text = strings.NewReplacer("{bot}", "<@"+w.o.BotUser+">", "{everyone}", "<!channel>").Replace(text)
	for id, u := range w.users {
		text = strings.ReplaceAll(text, "{"+strings.ToLower(plainName.Replace(u.Name))+"}", "<@"+id+">")
	}
	return text
}

var plainName = strings.NewReplacer("í", "i")

func (w wire) Say(user, channel, thread, text string, files ...adaptertest.Upload) string {
	said := Said{Channel: channel, User: user, Thread: thread, Text: w.typed(text)}
	if channel == "" {
		said.Channel = w.directWith(user)
	}
	for _, f := range files {
		said.SubType = "file_share"
		said.Files = append(said.Files, w.Attach(f.Name, f.Type, f.Content))
	}
	ts, _ := w.Server.Say(said)
	return ts
}

// directWith is the person's conversation with the bot.
func (w wire) directWith(user string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out, _ := w.openDirect(user)["channel"].(map[string]any)
	id, _ := out["id"].(string)
	if id == "" {
		w.t.Fatalf("slacktest: there is no %s to talk to", user)
	}
	return id
}

func (w wire) Edit(channel, message, text string) { w.Server.Edit(channel, message, w.typed(text)) }

func (w wire) Delete(channel, message string) { w.Server.Delete(channel, message) }

func (w wire) React(user, channel, message, name string) {
	w.Server.React(channel, message, user, name)
}

func (w wire) Press(user, channel, message, label string) {
	w.t.Helper()
	for _, m := range w.Messages(channel) {
		for _, b := range Buttons(m) {
			if m.TS != message || entities(b.Label) != label || (m.Ephemeral != "" && m.Ephemeral != user) {
				continue
			}
			if _, err := w.Server.Press(channel, message, user, b.ActionID); err != nil {
				w.t.Fatal(err)
			}
			return
		}
	}
	w.t.Fatalf("slacktest: there is no button %q on %s in %s", label, message, channel)
}

func (w wire) Type(user, channel, line string) { w.Command(channel, user, line) }

// inputs are those of a form, by name.
// inputs are those of a form, and kinds the types of their elements.
func inputs(v View) (f adaptertest.Form, kinds map[string]string) {
	var form struct {
		Title  text `json:"title"`
		Blocks []struct {
			Type    string  `json:"type"`
			BlockID string  `json:"block_id"`
			Element element `json:"element"`
		} `json:"blocks"`
	}
	kinds = map[string]string{}
	f.Values, f.Holds = map[string][]string{}, map[string]string{}
	if json.Unmarshal(v.JSON, &form) != nil {
		return f, kinds
	}
	f.Title = entities(form.Title.Text)
	for _, b := range form.Blocks {
		if b.Type != "input" {
			continue
		}
		f.Inputs = append(f.Inputs, b.BlockID)
		kinds[b.BlockID] = b.Element.Type
		if b.Element.Initial != "" {
			f.Holds[b.BlockID] = b.Element.Initial
		}
		for _, o := range b.Element.Options {
			f.Values[b.BlockID] = append(f.Values[b.BlockID], o.Value)
		}
	}
	return f, kinds
}

// open is the form that the person has open.
func (w wire) open(user string) (View, bool) {
	views := w.Views()
	for _, v := range slices.Backward(views) {
		if v.User == user {
			w.mu.Lock()
			defer w.mu.Unlock()
			return v, !w.sent[v.ID]
		}
	}
	return View{}, false
}

func (w wire) Form(user string) *adaptertest.Form {
	v, ok := w.open(user)
	if !ok {
		return nil
	}
	f, _ := inputs(v)
	return &f
}

func (w wire) Submit(user string, fields map[string]string) {
	w.t.Helper()
	v, ok := w.open(user)
	if !ok {
		w.t.Fatalf("slacktest: %s has no form open", user)
	}
	f, kinds := inputs(v)
	sent := map[string]string{}
	for name, value := range fields {
		switch {
		case !slices.Contains(f.Inputs, name):
			w.t.Fatalf("slacktest: the form has no input %q", name)
		case len(f.Values[name]) > 0 && !slices.Contains(f.Values[name], value):
			w.t.Fatalf("slacktest: %q is no choice of %q", value, name)
		case kinds[name] == "static_select":
			value = "option:" + value
		}
		sent[name] = value
	}
	w.mu.Lock()
	w.sent[v.ID] = true
	w.mu.Unlock()
	w.Server.Submit(v, user, sent)
}

func (w wire) Again() { w.Server.Again() }

func (w wire) Fault(f adaptertest.Fault, n int) {
	if n == 0 {
		w.FailNext()
		return
	}
	is := Fault{Status: f.Status, Lost: f.Status == 0, Done: f.Done}
	if f.Status == http.StatusTooManyRequests {
		is.RetryAfter = strconv.Itoa(int((f.RetryAfter + time.Second - 1) / time.Second))
	}
	w.FailNext(slices.Repeat([]Fault{is}, n)...)
}

func (w wire) Channel(channel string) []adaptertest.Shown {
	return w.seen(func(m *Message) bool { return m.Channel == channel && m.Ephemeral == "" })
}

func (w wire) Direct(user string) []adaptertest.Shown {
	id := w.Server.Direct(user)
	return w.seen(func(m *Message) bool { return m.Channel == id && id != "" })
}

func (w wire) Private(user string) []adaptertest.Shown {
	return w.seen(func(m *Message) bool { return m.Ephemeral == user })
}

// seen are the messages that fit, in the order of arrival.
func (w wire) seen(fits func(*Message) bool) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*Message
	for _, c := range w.channels {
		for _, m := range c.messages {
			if fits(m) {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b *Message) int { return int(micros(a.TS) - micros(b.TS)) })
	out := make([]adaptertest.Shown, len(all))
	for i, m := range all {
		out[i] = w.shown(m)
	}
	return out
}

func (w wire) Calls() (n int) {
	for _, c := range w.Server.Calls("") {
		if Acts(c.Method) {
			n++
		}
	}
	return n
}
