package demo

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
)

// typing is a terminal at which somebody types the keys and leaves.
type typing struct {
	keys  io.Reader
	shown strings.Builder
}

func (ty *typing) Read(p []byte) (int, error) { return ty.keys.Read(p) }

func (ty *typing) Write(p []byte) (int, error) { return ty.shown.Write(p) }

func size80() (int, int, error) { return 80, 24, nil }

// seated is a session in front of a terminal, without the end of its input.
func seated(t *testing.T, keys string) (*session, *typing) {
	t.Helper()
	c := &clerk{}
	ty := &typing{keys: strings.NewReader(keys)}
	s := &session{
		words: catalogues[company.English], lang: company.English, home: time.UTC, numbers: map[pressable]int{}, drawn: map[string]drawing{},
		commands: []bot.CommandSpec{{Name: "form", Usage: "[now | later]"}},
	}
	stage, err := office(c)(s.record)
	if err != nil {
		t.Fatal(err)
	}
	s.stage = stage
	s.sit(ty, size80, true)
	return s, ty
}

func TestATerminalHasCompletionHistoryAndColours(t *testing.T) {
	s, ty := seated(t, "/cl\t+5m\r/as lu\t\r\x1b[A\r/quit\r")
	if err := s.talk(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown := ty.shown.String()
	for _, want := range []string{"13:05", "You are luis (agent, payments) now", "\x1b[36mmaria\x1b[0m"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%q", want, shown)
		}
	}
	if n := strings.Count(shown, "You are luis (agent, payments) now"); n != 2 {
		t.Errorf("the line from the history was done %d times in all", n)
	}
	if s.mistakes != 0 {
		t.Errorf("%d mistakes", s.mistakes)
	}
}

func TestCompletionOffersWhatFits(t *testing.T) {
	s, _ := seated(t, "no anda\r")
	if err := s.talk(t.Context()); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string][]string{
		"/wh":         {"/where", "/who"},
		"/fo":         {"/form"},
		"/as m":       {"maria"},
		"/in pay":     {"payments-team"},
		"/thread I":   {"INC-1"},
		"/thread m":   {"m1", "m2"},
		"/react t":    nil,
		"/form l":     {"later", "luis"},
		"/form now I": {"INC-1"},
		"/press ":     nil, // the card is the team's; maria sees no button
		"/clock ":     nil,
		"hola ma":     nil,
	} {
		if _, got := s.complete(line); !slices.Equal(got, want) {
			t.Errorf("%q offers %v, want %v", line, got, want)
		}
	}
	s.me = "luis"
	if _, got := s.complete("/press "); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("luis is offered %v", got)
	}
}

func TestTheEndOfTheProcessEndsTheWaitForAKey(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	k := newKeyboard(struct {
		io.Reader
		io.Writer
	}{r, io.Discard}, size80, func(string) (int, []string) { return 0, nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.read(ctx, "> "); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
