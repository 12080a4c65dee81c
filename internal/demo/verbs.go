package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sereno/adapters/console"
)

// verb is a command of the demo itself. Its help is in the catalogue under
// "help.<name>", an example under "example.<name>".
type verb struct {
	name string
	do   func(s *session, ctx context.Context, arg string) error
	// offers are what its argument may be, for completion; nil for anything.
	offers func(s *session) []string
}

var verbs []verb

func init() { // a variable would refer to itself: /help shows the list
	verbs = []verb{
		{"help", (*session).help, nil},
		{"as", (*session).as, (*session).people},
		{"in", (*session).in, (*session).places},
		{"thread", (*session).into, (*session).threads},
		{"back", (*session).back, nil},
		{"say", (*session).say, nil},
		{"attach", (*session).attach, nil},
		{"press", (*session).press, (*session).pressables},
		{"react", (*session).react, (*session).reactions},
		{"open", (*session).open, (*session).messages},
		{"edit", (*session).edit, (*session).messages},
		{"delete", (*session).delete, (*session).messages},
		{"clock", (*session).clock, nil},
		{"show", (*session).show, nil},
		{"where", (*session).whereabouts, nil},
		{"who", (*session).who, nil},
		{"state", (*session).state, nil},
		{"quit", func(*session, context.Context, string) error { return errQuit }, nil},
	}
}

func verbNames() []string {
	var out []string
	for _, v := range verbs {
		out = append(out, "/"+v.name)
	}
	return out
}

// slash does a command: the demo's own, or the bot's.
func (s *session) slash(ctx context.Context, line string) error {
	name, arg, _ := strings.Cut(line, " ")
	for _, v := range verbs {
		if name == "/"+v.name {
			return v.do(s, ctx, strings.TrimSpace(arg))
		}
	}
	for _, c := range s.commands {
		if name == "/"+c.Name {
			return s.command(ctx, line)
		}
	}
	if name == "/cancel" {
		return s.wrong("wrong.cancel")
	}
	if near := console.Nearest(name, verbNames()); near != "" {
		return s.wrong("wrong.verb", "typed", name, "nearest", near, "example", s.words.t("example."+near[1:]))
	}
	return s.command(ctx, line)
}

func (s *session) at() console.Place {
	return console.Place{Channel: s.channel, Thread: s.thread}
}

func (s *session) command(ctx context.Context, line string) error {
	if err := s.stage.Command(ctx, s.me, s.at(), line); err != nil {
		return err
	}
	return s.settle(ctx)
}

// needs reports an argument that is missing.
func (s *session) needs(verb, arg string) error {
	if arg == "" {
		return s.wrong("wrong.argument", "verb", "/"+verb, "example", s.words.t("example."+verb))
	}
	return nil
}

func (s *session) say(ctx context.Context, text string) error {
	if err := s.needs("say", text); err != nil {
		return err
	}
	id, err := s.stage.Say(ctx, s.me, s.at(), text)
	if err != nil {
		return err
	}
	s.day(s.stage.Now())
	s.note(s.words.t("said", "id", id, "hour", s.hour(s.stage.Now(), s.zone(s.channel, ""))))
	return s.settle(ctx)
}

// maxAttached bounds what is read of a file: beyond it no configuration keeps one.
const maxAttached = 64 << 20

// attach says something with a file of this machine.
func (s *session) attach(ctx context.Context, arg string) error {
	if err := s.needs("attach", arg); err != nil {
		return err
	}
	path, text, _ := strings.Cut(arg, " ")
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxAttached) {
		err = errors.New("not a file of at most 64 MB")
	}
	if err != nil {
		return s.wrong("wrong.file", "path", path, "why", err.Error())
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return s.wrong("wrong.file", "path", path, "why", err.Error())
	}
	id, err := s.stage.Say(ctx, s.me, s.at(), strings.TrimSpace(text), console.Attachment{Name: filepath.Base(path), Content: content})
	if err != nil {
		return err
	}
	s.day(s.stage.Now())
	s.note(s.words.t("said", "id", id, "hour", s.hour(s.stage.Now(), s.zone(s.channel, ""))))
	return s.settle(ctx)
}

func (s *session) press(ctx context.Context, arg string) error {
	if err := s.needs("press", arg); err != nil {
		return err
	}
	n, err := strconv.Atoi(arg)
	if err != nil { // by its id, as in a replay: "/press take INC-1"
		button, inc, _ := strings.Cut(arg, " ")
		message, err := s.stage.FindButton(s.me, button, strings.TrimSpace(inc))
		if err != nil {
			return err
		}
		n = s.number(message, button)
	}
	if n < 1 || n > len(s.pressed) {
		return s.wrong("wrong.number", "number", arg, "numbers", s.numbersThere())
	}
	p := s.pressed[n-1]
	m, ok := s.stage.Message(p.message)
	if ok && m.Only != "" && m.Only != s.me {
		return s.wrong("wrong.not_seen", "where", s.where(m.Channel, ""), "owner", m.Only)
	}
	if ok && !s.maySee(s.me, m.Channel) {
		owner := strings.TrimPrefix(m.Channel, "@")
		if owner == m.Channel {
			return s.wrong("wrong.not_member", "user", s.me, "channel", m.Channel)
		}
		return s.wrong("wrong.not_seen", "where", s.where(m.Channel, ""), "owner", owner)
	}
	for i, name := range console.ButtonNames(m.Body.Buttons) {
		if b := m.Body.Buttons[i]; name == p.button {
			s.note(s.words.t("pressed", "user", s.me, "button", b.Label, "where", s.where(m.Channel, m.Thread), "id", m.ID))
		}
	}
	if err := s.stage.Press(ctx, s.me, p.message, p.button); err != nil {
		return err
	}
	return s.settle(ctx)
}

// numbersThere lists the buttons that could be pressed now.
func (s *session) numbersThere() string {
	var out []string
	for _, n := range s.pressables() {
		p, _ := strconv.Atoi(n)
		out = append(out, fmt.Sprintf("[%s] %s", n, s.pressed[p-1].button))
	}
	if len(out) == 0 {
		return s.words.t("hint.none")
	}
	return strings.Join(out, ", ")
}

func (s *session) react(ctx context.Context, arg string) error {
	reaction, message, _ := strings.Cut(arg, " ")
	if err := s.needs("react", strings.TrimSpace(message)); err != nil {
		return err
	}
	if err := s.stage.React(ctx, s.me, strings.TrimSpace(message), reaction); err != nil {
		return err
	}
	s.note(s.words.t("done.reacted", "id", strings.TrimSpace(message)))
	return s.settle(ctx)
}

func (s *session) open(ctx context.Context, arg string) error {
	if err := s.needs("open", arg); err != nil {
		return err
	}
	if err := s.stage.OpenIncident(ctx, s.me, arg); err != nil {
		return err
	}
	return s.settle(ctx)
}

func (s *session) edit(ctx context.Context, arg string) error {
	message, text, _ := strings.Cut(arg, " ")
	if err := s.needs("edit", strings.TrimSpace(text)); err != nil {
		return err
	}
	if err := s.stage.Edit(ctx, s.me, message, strings.TrimSpace(text)); err != nil {
		return err
	}
	s.note(s.words.t("done.edited", "id", message))
	return s.settle(ctx)
}

func (s *session) delete(ctx context.Context, arg string) error {
	if err := s.needs("delete", arg); err != nil {
		return err
	}
	if err := s.stage.Delete(ctx, s.me, arg); err != nil {
		return err
	}
	s.note(s.words.t("done.deleted", "id", arg))
	return s.settle(ctx)
}

// as makes me somebody else. Our own people stay where they can; a customer
// goes home.
func (s *session) as(_ context.Context, arg string) error {
	if err := s.needs("as", arg); err != nil {
		return err
	}
	user, err := s.stage.Person(strings.TrimPrefix(arg, "@"))
	if err != nil {
		return err
	}
	s.me = user
	if strings.HasPrefix(s.channel, "@") || !s.maySee(user, s.channel) {
		s.channel, s.thread = s.homeOf(user), ""
	}
	s.note(s.words.t("as", "user", s.describe(user), "where", s.where(s.channel, s.thread)))
	return nil
}

func (s *session) in(ctx context.Context, arg string) error {
	if err := s.needs("in", arg); err != nil {
		return err
	}
	name := strings.TrimPrefix(arg, "#")
	if name == "dm" || name == "@"+s.me {
		name = s.me
	}
	if slices.Contains(console.Channels(s.stage.Company), name) {
		if !s.maySee(s.me, name) {
			return s.wrong("wrong.not_member", "user", s.me, "channel", name)
		}
		s.channel, s.thread = name, ""
		return s.whereabouts(ctx, "")
	}
	user, err := s.stage.Person(strings.TrimPrefix(name, "@"))
	if err != nil {
		known := append(console.Channels(s.stage.Company), s.people()...)
		return &console.Problem{Kind: console.NoChannel, Name: arg, Nearest: console.Nearest(name, known), Known: known}
	}
	s.me, s.channel, s.thread = user, "@"+user, ""
	return s.whereabouts(ctx, "")
}

func (s *session) into(ctx context.Context, arg string) error {
	if err := s.needs("thread", arg); err != nil {
		return err
	}
	channel, root, err := s.stage.Locate(s.me, s.channel, arg)
	if err != nil {
		return err
	}
	if !s.maySee(s.me, channel) {
		return s.wrong("wrong.not_member", "user", s.me, "channel", channel)
	}
	s.channel, s.thread = channel, root
	return s.whereabouts(ctx, "")
}

func (s *session) back(ctx context.Context, _ string) error {
	s.thread = ""
	return s.whereabouts(ctx, "")
}

func (s *session) clock(ctx context.Context, arg string) error {
	if arg == "" {
		s.note(s.words.t("clock", "moment", s.moment(s.stage.Now())))
		return nil
	}
	to, ok := parseInstant(arg, s.stage.Now(), s.home)
	if back, is := strings.CutPrefix(arg, "-"); is && !ok {
		if _, ok := parseStep(back); ok {
			return s.wrong("wrong.past", "moment", s.moment(s.stage.Now()))
		}
	}
	switch {
	case !ok:
		return s.wrong("wrong.clock", "typed", arg, "example", s.words.t("example.clock"))
	case to.Before(s.stage.Now()):
		return s.wrong("wrong.past", "moment", s.moment(s.stage.Now()))
	case to.Sub(s.stage.Now()) > farthest:
		return s.wrong("wrong.far")
	}
	if err := s.stage.Advance(ctx, to); err != nil {
		return err
	}
	s.shownDay = s.date(s.stage.Now())
	s.note(s.words.t("clock", "moment", s.moment(s.stage.Now())))
	return s.settle(ctx)
}

func (s *session) whereabouts(context.Context, string) error {
	s.note(s.words.t("where", "user", s.describe(s.me), "where", s.where(s.channel, s.thread),
		"audience", s.audience(s.channel, ""), "moment", s.moment(s.stage.Now())))
	return nil
}
