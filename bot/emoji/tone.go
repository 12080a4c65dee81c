package emoji

import (
	"slices"
	"strconv"
	"strings"
)

const (
	emojiStyle = '\uFE0F' // show the character before as an emoji
	textStyle  = "\uFE0E" // show it as text
	joiner     = "\u200D"
	firstTone  = '\U0001F3FB' // the lightest of five
	lastTone   = '\U0001F3FF'
)

func isTone(r rune) bool { return firstTone <= r && r <= lastTone }

// toned is the emoji in one tone, or in one for each of two people. A tone comes
// after the first code point, the second at the end (Unicode TR 51).
func (g *glyph) toned(tones []rune) string {
	if len(tones) == 0 {
		return string(g.runes)
	}
	if len(tones) == 1 && slices.Equal(g.pair, g.runes) { // both people's
		tones = []rune{tones[0], tones[0]}
	}
	runes := g.runes
	if len(tones) == 2 && g.pair != nil {
		runes = g.pair
	}
	out := []rune{runes[0], tones[0]}
	rest := runes[1:]
	if len(rest) > 0 && rest[0] == emojiStyle { // a tone makes it an emoji already
		rest = rest[1:]
	}
	out = append(out, rest...)
	return string(append(out, tones[1:]...))
}

// suffix is how tones are written after a name: "::skin-tone-4", and for two
// people who differ "::skin-tone-2-4".
func suffix(tones []rune) string {
	if len(tones) == 2 && tones[0] == tones[1] {
		tones = tones[:1]
	}
	s := ""
	for _, t := range tones {
		s += "-" + strconv.Itoa(int(t-firstTone)+2)
	}
	if s != "" {
		s = "::skin-tone" + s
	}
	return s
}

// cutTones cuts a name into that of the emoji and its tones, which platforms
// write in several ways: +1::skin-tone-4, +1_medium_skin_tone, thumbsup_tone3.
func cutTones(name string) (string, []rune) {
	if base, numbers, ok := strings.Cut(name, "::skin-tone-"); ok {
		if tones := numbered(numbers); tones != nil {
			return base, tones
		}
		return name, nil
	}
	if base, ok := strings.CutSuffix(name, "_skin_tone"); ok {
		for i, shade := range []string{"_medium_light", "_medium_dark", "_light", "_medium", "_dark"} {
			if base, ok := strings.CutSuffix(base, shade); ok {
				return base, []rune{firstTone + []rune{1, 3, 0, 2, 4}[i]}
			}
		}
	}
	if n := len(name) - len("_tone1"); n > 0 && name[n:n+5] == "_tone" && '1' <= name[n+5] && name[n+5] <= '5' {
		return name[:n], []rune{firstTone + rune(name[n+5]-'1')}
	}
	return name, nil
}

// numbered reads "4" or "2-4", numbers from 2 to 6; nil for anything else.
func numbered(s string) []rune {
	var tones []rune
	for n := range strings.SplitSeq(s, "-") {
		if len(n) != 1 || n[0] < '2' || n[0] > '6' || len(tones) == 2 {
			return nil
		}
		tones = append(tones, firstTone+rune(n[0]-'2'))
	}
	return tones
}

// same reports whether s is the emoji, variation selectors aside.
func (g *glyph) same(s string, tones []rune) bool {
	plain := func(s string) []rune {
		return slices.DeleteFunc([]rune(s), func(r rune) bool { return r == emojiStyle })
	}
	return slices.Equal(plain(g.toned(tones)), plain(s))
}
