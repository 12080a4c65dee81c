package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sereno/adapters/console"
	"sereno/bot"
)

// fillIn asks for a form field by field and sends it. /cancel leaves it
// unsent, and so does any other command, which is then done.
func (s *session) fillIn(ctx context.Context, open console.OpenForm) error {
	f := open.Form
	s.print(s.colours.in(bold, "┌─ "+clean(f.Title)) + "\n")
	for _, line := range wrap(f.Text, s.width-2) {
		if line != "" {
			s.print("│ " + line + "\n")
		}
	}
	fields := map[string]string{}
	for _, in := range f.Inputs {
		answer, err := s.ask(ctx, in)
		switch {
		case errors.Is(err, errCancelled), errors.Is(err, io.EOF):
			s.stage.Dismiss(s.me, open.ID)
			s.note(s.words.t("form.cancelled"))
			return nil
		case errors.Is(err, errLeft):
			s.stage.Dismiss(s.me, open.ID)
			return s.wrong("form.left", "label", in.Label)
		case err != nil:
			return err
		}
		fields[in.Name] = answer
	}
	s.print(s.colours.in(dim, "└─ "+s.words.t("form.sent", "submit", clean(f.Submit))) + "\n")
	return s.stage.Submit(ctx, s.me, f.ID, open.Incident, fields)
}

// errCancelled: the person does not want to fill in the form.
var errCancelled = errors.New("cancelled")

// errLeft: the person does something else instead; it is pending.
var errLeft = errors.New("left")

// ask asks for one input until the answer will do.
func (s *session) ask(ctx context.Context, in bot.Input) (string, error) {
	prompt := clean(in.Label)
	if prompt == "" {
		prompt = in.Name
	}
	if in.Hint != "" {
		s.print("│ " + s.colours.in(dim, clean(in.Hint)) + "\n")
	}
	initial := in.Value
	for i, o := range in.Options {
		s.print(fmt.Sprintf("│   %d  %s\n", i+1, clean(o.Label)))
		if o.Value == in.Value {
			initial = o.Label
		}
	}
	switch {
	case initial != "":
		prompt += " [" + strings.ReplaceAll(clean(initial), "\n", " ") + "]"
	case in.Optional:
		prompt += " (" + s.words.t("form.optional") + ")"
	}
	for {
		answer, err := s.lines.read(ctx, "│ "+prompt+": ")
		if err != nil {
			return "", err
		}
		answer = strings.TrimSpace(answer)
		value, err := s.answer(in, answer)
		var m *mistake
		if !errors.As(err, &m) {
			return value, err
		}
		s.mistakes++
		s.print(s.colours.in(yellow, "! "+m.text) + "\n")
	}
}

// answer understands what was typed for the input.
func (s *session) answer(in bot.Input, typed string) (string, error) {
	switch {
	case strings.HasPrefix(typed, "/cancel"):
		return "", errCancelled
	case strings.HasPrefix(typed, "/"):
		s.pending = typed
		return "", errLeft
	case typed == "" && in.Value != "":
		return in.Value, nil
	case typed == "" && in.Optional, typed == "-" && in.Optional:
		return "", nil
	case typed == "":
		return "", s.wrong("form.needed", "label", in.Label)
	case len(in.Options) == 0:
		return typed, nil
	}
	var names []string
	for _, o := range in.Options {
		if strings.EqualFold(typed, o.Value) || strings.EqualFold(typed, o.Label) {
			return o.Value, nil
		}
		names = append(names, o.Label, o.Value)
	}
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(in.Options) {
		return in.Options[n-1].Value, nil
	}
	hint := s.words.t("form.number", "count", strconv.Itoa(len(in.Options)))
	if near := console.Nearest(typed, names); near != "" {
		hint = s.words.t("hint.nearest", "name", near)
	}
	return "", s.wrong("form.no_option", "typed", typed, "hint", hint)
}
