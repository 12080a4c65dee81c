package platforms

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
)

// grace is how long a platform may go on after the time is up, to say what it
// has found.
const grace = 2 * time.Second

// asked is what a platform answered.
type asked struct {
	on       *Platform
	problems []Problem
}

// Ask asks every platform that the configuration connects, side by side, and
// says on out what it asks and what it finds, in the language. A platform that
// cannot be reached, or that does not answer before ctx ends, keeps nobody from
// being asked. It answers whether all is well.
func Ask(ctx context.Context, c *config.Config, commands func(company.Lang) []bot.CommandSpec, lang company.Lang, out io.Writer) (fine bool, err error) {
	w := witness{c: c, commands: commands, lang: lang, out: out, fine: true}
	for _, p := range Unconnected(c) {
		w.tell(asked{p, []Problem{{Code: "unconnected", Subject: p.Name}}})
	}
	err = w.ask(ctx, Connected(c))
	return w.fine, err
}

// witness tells people what is asked and answered.
type witness struct {
	c        *config.Config
	commands func(company.Lang) []bot.CommandSpec
	lang     company.Lang
	out      io.Writer
	fine     bool // no problem was told
}

// ask asks the platforms side by side.
func (w *witness) ask(ctx context.Context, on []*Platform) error {
	answers := make(chan asked, len(on)) // so that one that comes too late goes away
	pending := map[*Platform]bool{}
	for _, p := range on {
		clock := newClockWatch()
		conn, err := p.Connect(w.c, Options{
			Logger: slog.New(slog.DiscardHandler), Client: clock.client(),
			Groups:   func() []string { return w.c.Company.GroupsOn(p.Name) },
			Commands: w.commands, Lang: w.c.Company.Language,
		})
		if err != nil {
			return err
		}
		has := On(w.c.Company, p.Name)
		fmt.Fprintln(w.out, p.Name+": "+p.asking(w.lang, has))
		pending[p] = true
		go func() {
			defer clock.close()
			found := conn.Check(ctx, has.Channels, has.People)
			answers <- asked{p, append(found, clock.problems(found, w.lang)...)}
		}()
	}
	for len(pending) > 0 {
		a, ok := next(ctx, answers)
		if !ok {
			break
		}
		delete(pending, a.on)
		w.tell(a)
	}
	for _, p := range on {
		if pending[p] {
			w.tell(asked{p, []Problem{{Code: "late"}}})
		}
	}
	return nil
}

// tell says what is wrong, each thing once: a platform that went away in the
// middle has the same answer to every question.
func (w *witness) tell(a asked) {
	who := names(w.c.Company, a.on.Name, w.lang)
	said := map[string]bool{}
	for _, x := range a.problems {
		w.fine = false
		line := a.on.Name + ": " + a.on.Tell(x, w.lang, who)
		once := line
		if x.Code == "unreachable" {
			once = x.Code // however the network words it
		}
		if !said[once] {
			fmt.Fprintln(w.out, line)
		}
		said[once] = true
	}
	if len(a.problems) == 0 {
		fmt.Fprintln(w.out, a.on.Name+": "+allIsWell.in(w.lang))
	}
}

// next waits for an answer, and a little longer when the time is up.
func next(ctx context.Context, answers <-chan asked) (asked, bool) {
	select {
	case a := <-answers:
		return a, true
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a, true
	case <-timer.C:
		return asked{}, false
	}
}

var allIsWell = sentence{"all is well", "todo bien"}

// asking says what is asked of the platform.
func (p *Platform) asking(lang company.Lang, has Presence) string {
	if p.asks != nil {
		return p.asks.in(lang)
	}
	s := sentence{"asking about the token, %s and %s…", "preguntando por el token, %s y %s…"}.in(lang)
	channels := counted(lang, len(has.Channels), sentence{"channel", "canal"}, sentence{"channels", "canales"})
	people := counted(lang, len(has.People), sentence{"person", "persona"}, sentence{"people", "personas"})
	return fmt.Sprintf(s, channels, people)
}

func counted(lang company.Lang, n int, one, many sentence) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many.in(lang))
}
