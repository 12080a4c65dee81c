package demo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sereno/bot"
)

func TestWrapBreaksAtSpacesAndKeepsIndents(t *testing.T) {
	for _, tt := range []struct {
		what, text string
		width      int
		want       []string
	}{
		{"a short text stays whole", "hola", 10, []string{"hola"}},
		{"at spaces", "uno dos tres", 8, []string{"uno dos", "tres"}},
		{"a long word is cut", "abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"lines stay lines", "a\n\nb", 5, []string{"a", "", "b"}},
		{"an indent is kept", "  uno dos", 6, []string{"  uno", "  dos"}},
		{"wide letters count twice", "日本語", 4, []string{"日本", "語"}},
		{"what would steer the terminal is gone", "a\x1b[31mb\u202e\x07", 20, []string{"a[31mb"}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.text, tt.width)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNothingIsWiderThanItsCard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		width := rapid.IntRange(minWidth, maxWidth).Draw(t, "width")
		s := &session{width: width, words: catalogues["en"], numbers: map[pressable]int{}}
		card := s.card("m1", bot.Message{
			Title: text, Text: text, Quote: text, Fields: []bot.Field{{Label: "Label", Value: text}},
			Items: []bot.Item{{Title: text, Body: text}}, Footer: "end",
			Buttons: []bot.Button{{ID: "a", Label: "Take"}, {ID: "b", Label: "Resolve"}},
		})
		for line := range strings.Lines(card) {
			if w := columns(strings.TrimRight(line, "\n")); w != width {
				t.Fatalf("%d columns of %d: %q", w, width, line)
			}
		}
	})
}
