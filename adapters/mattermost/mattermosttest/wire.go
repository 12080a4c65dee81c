package mattermosttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/adaptertest"
	"sereno/bot/emoji"
)

// Wire is the server as the conformance suite sees it.
type Wire struct {
	testing.TB
	*Server
}

var _ adaptertest.Wire = (*Wire)(nil)

func (w *Wire) must(err error) {
	w.Helper()
	if err != nil {
		w.Error(err)
	}
}

// typed is a text as somebody types it here.
func (s *Server) typed(text string) string {
	for _, u := range s.users {
		text = strings.ReplaceAll(text, "{"+u.Username+"}", "@"+u.Username)
	}
	return strings.NewReplacer("{bot}", "@"+s.bot.Username, "{everyone}", "@all").Replace(text)
}

// Say implements adaptertest.Wire.
func (w *Wire) Say(user, channel, thread, text string, files ...adaptertest.Upload) string {
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if channel == "" {
		c = s.directOf(user, s.bot.Id)
	}
	p := &model.Post{Id: model.NewId(), UserId: user, ChannelId: c.Id, RootId: thread, Message: s.typed(text), CreateAt: s.now()}
	p.UpdateAt = p.CreateAt
	p.SetProps(model.StringInterface{"disable_group_highlight": true})
	for _, f := range files {
		p.FileIds = append(p.FileIds, s.addFile(f.Name, f.Type, f.Content).Id)
	}
	return s.add(c, p).Id
}

// Edit implements adaptertest.Wire.
func (w *Wire) Edit(_, message, text string) {
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := clone(s.posts[message].Post)
	changed.Message = s.typed(text)
	s.edit(s.posts[message], changed)
}

// Delete implements adaptertest.Wire.
func (w *Wire) Delete(_, message string) {
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(s.posts[message])
}

// React implements adaptertest.Wire.
func (w *Wire) React(user, _, message, name string) {
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.react(s.posts[message], user, name)
}

// Press implements adaptertest.Wire.
func (w *Wire) Press(user, _, message, label string) { w.must(w.Server.Press(user, message, label)) }

// Type implements adaptertest.Wire.
func (w *Wire) Type(user, channel, line string) { w.must(w.Server.Type(user, channel, "", line)) }

// Submit implements adaptertest.Wire.
func (w *Wire) Submit(user string, fields map[string]string) { w.must(w.Server.Submit(user, fields)) }

// Again implements adaptertest.Wire.
func (w *Wire) Again() {
	w.mu.Lock()
	again := w.lastAgain
	w.mu.Unlock()
	w.must(again())
}

// Reverse implements adaptertest.Wire.
func (w *Wire) Reverse(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hold = n
}

// Away implements adaptertest.Wire.
func (w *Wire) Away(gone bool) {
	w.net.away(gone)
	w.mu.Lock()
	defer w.mu.Unlock()
	if gone {
		w.cut()
	}
}

// Fault implements adaptertest.Wire.
func (w *Wire) Fault(f adaptertest.Fault, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n == 0 {
		w.faults = nil
	}
	for range n {
		w.faults = append(w.faults, &Fault{Status: f.Status, RetryAfter: f.RetryAfter, Done: f.Done})
	}
}

// Revoke implements adaptertest.Wire.
func (w *Wire) Revoke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = true
	w.cut()
}

// Channel implements adaptertest.Wire.
func (w *Wire) Channel(channel string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.channels[channel]; c != nil {
		return w.shown(c.order)
	}
	return nil
}

// Direct implements adaptertest.Wire.
func (w *Wire) Direct(user string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown(w.directOf(user, w.bot.Id).order)
}

// Private implements adaptertest.Wire.
func (w *Wire) Private(user string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown(slices.DeleteFunc(slices.Clone(w.notes), func(p *post) bool { return p.only != user }))
}

// shown are the posts that are still there, as people see them. The lock is held.
func (s *Server) shown(posts []*post) []adaptertest.Shown {
	var out []adaptertest.Shown
	for _, p := range posts {
		if p.DeleteAt != 0 {
			continue
		}
		it := see(p.Post)
		m := adaptertest.Shown{
			ID: p.Id, Thread: p.RootId, Text: it.text, Links: it.links, Buttons: it.buttons, Edited: p.EditAt != 0, Notifies: s.notified(it.calls),
		}
		if p.UserId != s.bot.Id {
			m.User = p.UserId
		}
		for _, id := range p.FileIds {
			f := s.files[id]
			m.Files = append(m.Files, adaptertest.Upload{Name: f.info.Name, Type: f.info.MimeType, Content: f.content})
		}
		for _, r := range p.reactions {
			m.Reactions = append(m.Reactions, emoji.Common(r.EmojiName))
		}
		out = append(out, m)
	}
	return out
}

// notified are the people whom the names call. The lock is held.
func (s *Server) notified(names []string) []string {
	var out []string
	for _, name := range names {
		switch name {
		case "all", "channel", "here":
			out = append(out, "everyone")
		}
		for _, u := range s.users {
			if u.Username == name {
				out = append(out, u.Id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Form implements adaptertest.Wire.
func (w *Wire) Form(user string) *adaptertest.Form {
	d := w.Dialog(user)
	if d == nil {
		return nil
	}
	out := &adaptertest.Form{Title: d.Dialog.Title, Values: map[string][]string{}, Holds: map[string]string{}}
	for _, e := range d.Dialog.Elements {
		out.Inputs = append(out.Inputs, e.Name)
		if len(e.Options) == 0 && e.Default != "" {
			out.Holds[e.Name] = e.Default
		}
		for _, o := range e.Options {
			out.Values[e.Name] = append(out.Values[e.Name], o.Value)
		}
	}
	return out
}

// Calls implements adaptertest.Wire.
func (w *Wire) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sending
}
