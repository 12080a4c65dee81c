// Package demo is a chat in a terminal with a company that does not exist: one
// is the customer, the agent and the on-call person in turn, moves the clock,
// and sees each commitment kept or missed. Without a terminal it plays a
// script and writes the conversation down.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/internal/stage"
)

// Options is what a demo is made of.
type Options struct {
	In  io.Reader
	Out io.Writer
	// Lang is that of the demo's own words; the bot speaks as it is configured to.
	Lang company.Lang
	// Colour allows colours on a terminal.
	Colour bool
	// Home is the zone in which the clock is read and set.
	Home *time.Location
	// Commands are those that the bot understands.
	Commands []bot.CommandSpec
	// Open sets the stage. Show may be called until the stage is closed.
	Open func(show func(console.Record)) (*stage.Stage, error)
}

// Start is when the story begins in the zone: a Wednesday morning.
func Start(home *time.Location) time.Time {
	return time.Date(2026, time.November, 25, 10, 0, 0, 0, home)
}

// defaultWidth is how wide cards are where there is no terminal.
const (
	defaultWidth = 80
	maxWidth     = 100
	minWidth     = 40
)

// session is one person at the demo.
type session struct {
	stage    *stage.Stage
	words    words
	lang     company.Lang
	colours  palette
	home     *time.Location
	commands []bot.CommandSpec
	lines    lines
	out      io.Writer
	werr     error // the first failure to write
	width    int
	shownDay string
	resize   func()

	me      string // a name on the console
	channel string // where I am: a channel or "@me"
	thread  string
	// pending is a line that was read and not done yet.
	pending string

	// drawn is how each of the bot's messages was shown last.
	drawn   map[string]drawing
	numbers map[pressable]int
	pressed []pressable // by number, from 1
	// mistakes counts lines that the demo could not do.
	mistakes int
}

// pressable is a button of a message.
type pressable struct{ message, button string }

// number gives the button its number, the same one for as long as the demo lasts.
func (s *session) number(message, button string) int {
	key := pressable{message, button}
	if n, ok := s.numbers[key]; ok {
		return n
	}
	s.pressed = append(s.pressed, key)
	s.numbers[key] = len(s.pressed)
	return len(s.pressed)
}

// MistakesError says that lines of a script could not be done; the script was
// played to its end all the same.
type MistakesError struct{ Lines int }

func (e *MistakesError) Error() string { return e.In(company.English) }

// In is the error in the language.
func (e *MistakesError) In(lang company.Lang) string {
	return catalogues[lang].t("script.mistakes", "n", strconv.Itoa(e.Lines))
}

// errQuit ends the conversation.
var errQuit = errors.New("quit")

// Run holds the conversation until its end. A script in which the demo could
// not do something ends with a *MistakesError.
func Run(ctx context.Context, o Options) (err error) {
	s := &session{
		words: catalogues[o.Lang], lang: o.Lang, home: o.Home, commands: o.Commands,
		out: o.Out, width: defaultWidth, numbers: map[pressable]int{}, drawn: map[string]drawing{}, resize: func() {},
	}
	if s.words == nil {
		s.words = catalogues[company.English]
	}
	if s.home == nil {
		s.home = time.UTC
	}
	if s.stage, err = o.Open(s.record); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stage.Close()) }()
	in, isFile := o.In.(*os.File)
	out, isScreen := o.Out.(*os.File)
	interactive := isFile && isScreen && IsTerminal(in) && IsTerminal(out)
	if interactive {
		restore, err := raw(in)
		if err != nil {
			return err
		}
		defer func() { _ = restore() }() // the process ends; there is nothing left to restore for
		s.sit(struct {
			io.Reader
			io.Writer
		}{in, out}, func() (int, int, error) { return term.GetSize(int(out.Fd())) }, o.Colour)
	} else {
		s.lines = newScript(o.In, o.Out)
	}
	err = s.talk(ctx)
	if s.mistakes > 0 && !interactive && err == nil {
		err = &MistakesError{s.mistakes}
	}
	return err
}

// sit puts a person in front of a terminal.
func (s *session) sit(rw io.ReadWriter, size func() (int, int, error), colour bool) {
	k := newKeyboard(rw, size, s.complete)
	s.lines, s.out, s.colours = k, k.terminal, palette(colour)
	s.resize = func() {
		if w, _, err := size(); err == nil && w > 0 {
			s.width = min(max(w, minWidth), maxWidth)
		}
	}
}

func (s *session) talk(ctx context.Context) error {
	s.resize()
	s.begin()
	s.tell(s.words.t("welcome", "moment", s.moment(s.stage.Now()), "me", s.me, "where", s.where(s.channel, "")), 0)
	s.shownDay = s.date(s.stage.Now())
	if err := s.stage.Settle(ctx); err != nil {
		return err
	}
	for {
		s.resize()
		line, err := s.next(ctx)
		if errors.Is(err, io.EOF) {
			s.leave()
			return s.werr
		}
		if err != nil {
			return err
		}
		err = s.line(ctx, strings.TrimSpace(line))
		if err == nil {
			err = s.werr
		}
		switch {
		case errors.Is(err, errQuit):
			return s.werr
		case err != nil:
			return err
		}
	}
}

// leave ends the line on which a terminal's prompt stands.
func (s *session) leave() {
	if _, ok := s.lines.(*keyboard); ok {
		s.print("\n")
	}
}

// next is the line that a form left undone, or a new one.
func (s *session) next(ctx context.Context) (string, error) {
	if line := s.pending; line != "" {
		s.pending = ""
		return line, nil
	}
	return s.lines.read(ctx, s.prompt())
}

// begin makes me the first customer's contact, at home.
func (s *session) begin() {
	c := s.stage.Company
	for _, p := range c.People {
		if p.Customer != nil || s.me == "" {
			s.me = p.Identities[console.Name]
		}
		if p.Customer != nil {
			break
		}
	}
	if p := c.Person("maria"); p != nil {
		s.me = p.Identities[console.Name]
	}
	s.channel = s.homeOf(s.me)
}

// homeOf is where the person would be: a customer's channel, a team's, or
// alone with the bot.
func (s *session) homeOf(user string) string {
	c := s.stage.Company
	p := c.PersonAt(console.Name, user)
	var channels []company.ChannelID
	switch {
	case p == nil:
	case p.Customer != nil:
		channels = p.Customer.Channels
	case len(c.TeamsOf(p)) > 0:
		channels = c.TeamsOf(p)[0].Channels
	case p.Has(company.Quality):
		channels = c.QualityChannels
	}
	for _, ch := range channels {
		if ch.Platform == console.Name {
			return ch.ID
		}
	}
	return "@" + user
}

// maySee reports whether the person is in the channel: our own people are in
// all of them, a customer's contact in their own.
func (s *session) maySee(user, channel string) bool {
	if owner, ok := strings.CutPrefix(channel, "@"); ok {
		return owner == user
	}
	c := s.stage.Company
	p := c.PersonAt(console.Name, user)
	if p == nil || p.Customer == nil {
		return true
	}
	return c.CustomerOf(company.ChannelID{Platform: console.Name, ID: channel}) == p.Customer
}

func (s *session) prompt() string {
	return s.colours.in(cyan, s.me) + " " + s.colours.in(bold, s.where(s.channel, s.thread)) + "> "
}

func (s *session) print(text string) {
	if _, err := io.WriteString(s.out, text); err != nil && s.werr == nil {
		s.werr = fmt.Errorf("write to the terminal: %w", err)
	}
}

// tell shows text as wide as the screen; what follows its first line stands
// hanging columns to the right.
func (s *session) tell(text string, hanging int) {
	for i, line := range wrap(text, s.width-hanging) {
		if i > 0 {
			line = strings.Repeat(" ", hanging) + line
		}
		s.print(line + "\n")
	}
}

// note shows something that the demo says for itself.
func (s *session) note(text string) {
	for _, line := range wrap(strings.TrimRight(text, "\n"), s.width-2) {
		s.print(s.colours.in(dim, "  "+line) + "\n")
	}
}

// line does what a line says.
func (s *session) line(ctx context.Context, line string) error {
	err := s.do(ctx, line)
	var p *console.Problem
	var m *mistake
	switch {
	case errors.As(err, &p):
		m = &mistake{s.problem(p)}
	case !errors.As(err, &m):
		return err
	}
	s.mistakes++
	for _, l := range wrap(m.text, s.width-2) {
		s.print(s.colours.in(yellow, "! "+l) + "\n")
	}
	return nil
}

// mistake is something that a person asked for and the demo cannot do; text is
// in their language.
type mistake struct{ text string }

func (m *mistake) Error() string { return m.text }

func (s *session) wrong(key string, args ...string) error {
	return &mistake{s.words.t(key, args...)}
}

// problem says in the person's language what is not there, and what is.
func (s *session) problem(p *console.Problem) string {
	hint := s.words.t("hint.none")
	if p.Nearest != "" {
		hint = s.words.t("hint.nearest", "name", p.Nearest)
	} else if len(p.Known) > 0 {
		known := p.Known
		if len(known) > 12 {
			known = append([]string{"…"}, known[len(known)-12:]...)
		}
		hint = s.words.t("hint.known", "names", strings.Join(known, ", "))
	}
	key := "problem." + string(p.Kind)
	switch {
	case p.Kind == console.NotYours && p.Where == "":
		key += "_bot"
	case p.Kind == console.NoButton && p.Where == "":
		key += "_anywhere"
	}
	return s.words.t(key, "name", p.Name, "where", p.Where, "hint", hint)
}

func (s *session) do(ctx context.Context, line string) error {
	_, isScript := s.lines.(*script)
	switch {
	case line == "", isScript && strings.HasPrefix(line, "# "):
		return nil
	case strings.HasPrefix(line, "/"):
		return s.slash(ctx, line)
	}
	if _, err := strconv.Atoi(line); err == nil {
		return s.press(ctx, line)
	}
	return s.say(ctx, line)
}

// settle lets the bot act, and fills the forms that it opened for me.
func (s *session) settle(ctx context.Context) error {
	for {
		if err := s.stage.Settle(ctx); err != nil {
			return err
		}
		forms := s.stage.Forms(s.me)
		if len(forms) == 0 {
			return nil
		}
		if err := s.fillIn(ctx, forms[0]); err != nil {
			return err
		}
	}
}
