package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

// apply registers the commands, which people cannot type before.
func (w *world) apply() *world {
	w.Helper()
	if changed, err := w.a.Apply(w.Context()); err != nil || !changed {
		w.Fatalf("register the commands: %v, changed %v", err, changed)
	}
	return w.run()
}

func (w *world) typed(user, channel, line string) bot.Event {
	w.Helper()
	before := len(w.in.Events())
	w.wire.Type(user, channel, line)
	var e bot.Event
	w.in.Wait(w, line, func() bool {
		all := w.in.Events()
		if len(all) > before {
			e = all[before]
		}
		return len(all) > before
	})
	return e
}

func (w *world) answered(user string, kind int) {
	w.Helper()
	w.until(fmt.Sprint("answered with ", kind), func() bool { got, _ := w.discord.Answered(user); return got == kind })
}

// over waits until nothing is promised any more in answer to the event.
func (w *world) over(e bot.Event) {
	w.Helper()
	trigger, _ := readTrigger(e.Trigger)
	w.until("no answer is promised any more", func() bool { return w.a.pending.get(trigger.id) == nil })
}

func TestACommandIsTheLineThatItStandsFor(t *testing.T) {
	w := newWorld(t).apply()
	root := w.wire.Say(maria, support, "", "no anda")
	w.posted(root)
	w.posted(w.wire.Say(ana, support, root, "abro un hilo"))
	for _, line := range []string{
		"/incident take INC-7", "/incident resolve INC-7 se reinició todo", "/incident severity INC-7 high", "/kb error 500 al pagar", "/oncall", "/incident take",
	} {
		if e := w.typed(ana, support, line); e.Text != line || e.User != ana || e.UserName != "Ana" || !slices.Equal(e.Groups, []string{agents}) {
			t.Errorf("%s came as %+v", line, e)
		}
	}
	if e := w.typed(ana, root, "/incident severity high"); e.Channel != support || e.Thread != root {
		t.Errorf("in a thread it is %+v", e)
	}
}

func TestOptionsAreGivenInTheOrderInWhichTheyWereDeclared(t *testing.T) {
	opts := func(pairs ...string) []option {
		var out []option
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, option{Name: pairs[i], Type: stringOption, Value: pairs[i+1]})
		}
		return out
	}
	for want, given := range map[string][]option{
		"/incident severity INC-7 high": {{Name: "severity", Type: subcommand, Options: opts("severity", "high", "incident", "INC-7")}},
		"/incident severity high":       {{Name: "severity", Type: subcommand, Options: opts("severity", "high")}},
		"/incident new a b":             {{Name: "new", Type: subcommand, Options: opts("x", "a", "y", "b")}},
	} {
		if got := spoken.line("incident", given); got != want {
			t.Errorf("it is %q, not %q", got, want)
		}
	}
}

func TestACommandWithoutAnAnswerLeavesNoTrace(t *testing.T) {
	w := newWorld(t).apply()
	w.typed(ana, team, "/oncall")
	w.answered(ana, callbackThinking)
	w.until("nothing is promised any more", func() bool { return !w.discord.Thinking(ana) })
	if got := w.wire.Private(ana); len(got) > 0 {
		t.Errorf("Ana sees %+v", got)
	}
}

func TestAPrivateAnswerComesInItsPlaceAtAnyTime(t *testing.T) {
	w := newWorld(t, func(_ *discordtest.Options, _ *Config, _ *Options, tune *tuning) { tune.linger = soon }).apply()
	answer := func(e bot.Event, text string) {
		w.send(bot.Delivery{Kind: bot.Ephemeral, Key: text, Channel: e.Channel, User: ana, Trigger: e.Trigger, Message: bot.Message{Text: text}})
	}
	e := w.typed(ana, team, "/oncall")
	answer(e, "al instante")
	w.answered(ana, callbackMessage)
	answer(e, "y algo más")
	e = w.typed(ana, team, "/oncall")
	w.until("thinking", func() bool { return w.discord.Thinking(ana) })
	answer(e, "después de pensar")
	answer(e, "y más")
	var texts []string
	for _, m := range w.wire.Private(ana) {
		texts = append(texts, m.Text)
	}
	if !slices.Equal(texts, []string{"al instante", "y algo más", "después de pensar", "y más"}) {
		t.Errorf("Ana sees %q", texts)
	}
	if w.discord.Thinking(ana) || len(w.wire.Direct(ana)) > 0 || len(w.wire.Channel(team)) > 0 {
		t.Error("it is elsewhere too")
	}
}

func TestAnAnswerThatCannotBeGivenInPlaceIsGivenDirectly(t *testing.T) {
	w := newWorld(t).apply()
	e := w.typed(ana, team, "/oncall")
	w.answered(ana, callbackThinking)
	w.discord.ExpireTokens()
	w.over(e)
	w.send(bot.Delivery{Kind: bot.Refused, Channel: team, User: ana, Trigger: e.Trigger, Message: bot.Message{Text: "no se puede"}})
	if got := w.wire.Direct(ana); len(got) != 1 || got[0].Text != "no se puede" {
		t.Errorf("Ana sees %+v", got)
	}
}

func TestAPressIsAcknowledgedWithoutASign(t *testing.T) {
	w := newWorld(t).run()
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: team, Message: bot.Message{Text: "¿la tomás?", Buttons: []bot.Button{{ID: "take", Label: "Tomar", Value: "INC-7"}}}})
	w.wire.Press(ana, team, r.Message, "Tomar")
	e := w.heard("the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed })
	w.answered(ana, callbackLater)
	w.send(bot.Delivery{Kind: bot.Ephemeral, Channel: team, User: ana, Trigger: e.Trigger, Message: bot.Message{Text: "ya la tiene Luis"}})
	if got := w.wire.Private(ana); len(got) != 1 {
		t.Errorf("Ana sees %+v", got)
	}
}

func TestAFormThatComesTooLateIsGivenUp(t *testing.T) {
	w := newWorld(t).apply()
	e := w.typed(ana, team, "/oncall")
	w.answered(ana, callbackThinking)
	form := &bot.Form{ID: "f", Title: "t", Inputs: []bot.Input{{Name: "a", Label: "b"}}}
	_, err := w.deliver(bot.Delivery{Kind: bot.OpenForm, User: ana, Trigger: e.Trigger, Form: form})
	permanent(t, err)
	w.over(e)
	_, err = w.deliver(bot.Delivery{Kind: bot.OpenForm, User: ana, Trigger: e.Trigger, Form: form})
	permanent(t, err)
}

func TestAFormThatWasSentIsAcknowledgedAndCanBeAnswered(t *testing.T) {
	w := newWorld(t).apply()
	e := w.typed(ana, team, "/oncall")
	w.send(bot.Delivery{Kind: bot.OpenForm, User: ana, Trigger: e.Trigger, Form: &bot.Form{
		ID: "f", Title: strings.Repeat("título ", 20), Value: "INC-7", Inputs: []bot.Input{
			{Name: "a", Label: strings.Repeat("larga ", 20)},
			{Name: "b", Label: "b", Optional: true},
			{Name: "c", Label: "c", Optional: true},
			{Name: "d", Label: "d", Optional: true},
			{Name: "e", Label: "e", Value: "dos\nlíneas"},
		}, Text: "un texto",
	}})
	w.wire.Submit(ana, map[string]string{"a": "uno", "e": "dos"})
	sent := w.heard("the form", func(e bot.Event) bool { return e.Kind == bot.FormSent })
	if sent.Fields["a"] != "uno" || sent.Fields["b"] != "" || sent.Value != "INC-7" {
		t.Errorf("it is %+v", sent)
	}
	w.send(bot.Delivery{Kind: bot.Ephemeral, Channel: team, User: ana, Trigger: sent.Trigger, Message: bot.Message{Text: "hecho"}})
	if got := w.wire.Private(ana); len(got) != 1 || got[0].Text != "hecho" {
		t.Errorf("Ana sees %+v", got)
	}
	_, err := w.deliver(bot.Delivery{Kind: bot.OpenForm, User: ana, Trigger: sent.Trigger, Form: &bot.Form{ID: "g", Inputs: []bot.Input{{Name: "a"}}}})
	permanent(t, err)
}

func TestAFormThatDiscordCannotShowIsRefused(t *testing.T) {
	for name, f := range map[string]bot.Form{
		"without inputs":           {ID: "f"},
		"with six":                 {ID: "f", Inputs: make([]bot.Input, 6)},
		"with two of one name":     {ID: "f", Inputs: []bot.Input{{Name: "a"}, {Name: "a"}}},
		"with 26 choices":          {ID: "f", Inputs: []bot.Input{{Name: "a", Options: make([]bot.Option, 26)}}},
		"with a choice of nothing": {ID: "f", Inputs: []bot.Input{{Name: "a", Options: []bot.Option{{Label: "x"}}}}},
		"that bears too much":      {ID: "f", Value: strings.Repeat("v", 100), Inputs: []bot.Input{{Name: "a"}}},
	} {
		if _, err := modal(&f); err == nil {
			t.Errorf("a form %s is shown", name)
		}
	}
}

func TestWhatTheInboxDoesNotTakeIsNotAcknowledged(t *testing.T) {
	w := newWorld(t, func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.AnswerWithin = quick.hold * 2 }).apply()
	w.in.Meet(func(context.Context, bot.Event) error { return errors.New("the disk is full") })
	w.wire.Type(ana, team, "/oncall")
	w.until("discord tells that it failed", func() bool { _, failed := w.discord.Answered(ana); return failed })
	if len(w.log.Errors()) == 0 {
		t.Error("nothing is logged")
	}
}

func TestTheMessageCommandAsksForAnIncident(t *testing.T) {
	w := newWorld(t).apply()
	id := w.wire.Say(maria, support, "", "no **anda**")
	if err := w.discord.Menu(ana, support, id, "Abrir un incidente"); err != nil {
		t.Fatal(err)
	}
	e := w.heard("it is asked for", func(e bot.Event) bool { return e.Kind == bot.OpenAsked })
	if e.Message != id || e.User != ana || e.Text != "no anda" || e.Markdown != "no **anda**" || e.Author == nil || e.Author.User != maria || e.Trigger == "" {
		t.Errorf("it is %+v, its author %+v", e, e.Author)
	}
}

func TestWhatIsHalfTypedIsCompleted(t *testing.T) {
	w := newWorld(t).apply()
	if err := w.discord.Typing(ana, team, "/incident take IN"); err != nil {
		t.Fatal(err)
	}
	w.until("there are choices", func() bool { return slices.Equal(w.discord.Choices(ana), []string{"INC-1"}) })
	if err := w.discord.Typing(ana, team, "/incident assign INC-1 an"); err != nil {
		t.Fatal(err)
	}
	w.until("there are choices", func() bool { return w.discord.Choices(ana) != nil })
	if kind, typed, ok := spoken.focused("incident", []option{{Name: "assign", Type: subcommand, Options: []option{
		{Name: "person", Type: stringOption, Value: "an", Focused: true},
	}}}); kind != bot.ArgPerson || typed != "an" || !ok {
		t.Errorf("%s %q %v is asked for", kind, typed, ok)
	}
}

// People choose /incident page handover there, and are heard as they are who type
// /incident handover.
func TestAVerbOfAGroupIsHeardAsItIsTypedElsewhere(t *testing.T) {
	w := newWorld(t).apply()
	w.wire.Type(ana, team, "/incident handover INC-7 luis")
	if e := w.heard("the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped }); e.Text != "/incident handover INC-7 luis" {
		t.Errorf("it is %q", e.Text)
	}
	if err := w.discord.Typing(ana, team, "/incident handover INC-7 lu"); err != nil {
		t.Fatal(err)
	}
	w.until("there are choices", func() bool { return w.discord.Choices(ana) != nil })
	kind, typed, ok := spoken.focused("incident", []option{{Name: "page", Type: group, Options: []option{{Name: "handover", Type: subcommand, Options: []option{
		{Name: "person", Type: stringOption, Value: "lu", Focused: true},
	}}}}})
	if kind != bot.ArgPerson || typed != "lu" || !ok {
		t.Errorf("%s %q %v is asked for", kind, typed, ok)
	}
}

func TestATriggerIsReadAsItWasWritten(t *testing.T) {
	want := trigger{id: "123", app: "456", token: "aW50.x-y_z", kind: byButton}
	if got, ok := readTrigger(want.String()); !ok || got != want {
		t.Errorf("it is %+v", got)
	}
	for _, s := range []string{"", "a.b.c.d", "1.2.cc.x", "1.2.c.", "1.2.c.x/../y", "0.2.c.x", "1.2.c.x?y"} {
		if _, ok := readTrigger(s); ok {
			t.Errorf("%q is taken for one", s)
		}
	}
}
