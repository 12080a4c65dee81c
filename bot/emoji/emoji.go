// Package emoji gives emoji the short names that chat platforms have agreed on,
// so that the same emoji is the same word wherever it was written: 🎫 is
// "ticket", 👍 is "+1".
//
// Of the several names of an emoji one is common and the others are aliases of
// it. A name says which emoji it is, not its skin tone; in a text, the tone
// follows: ":+1::skin-tone-4:" is 👍🏽. Names that are not in the table, such as
// a workspace's own emoji, stay as they are everywhere.
package emoji

import "strings"

// Name is the common name of one emoji, whatever its skin tone and with or
// without variation selectors; false when s is anything else.
func Name(s string) (string, bool) {
	m := match(s)
	if m.length == 0 || strings.Trim(s[m.length:], textStyle) != "" {
		return "", false
	}
	return m.name, true
}

// Unicode is the emoji of a name or alias, in the tone that the name gives;
// colons around it do not matter.
func Unicode(short string) (string, bool) {
	base, tones := cutTones(strings.Trim(short, ":"))
	g, ok := known().named[base]
	if !ok {
		return "", false
	}
	return g.toned(tones), true
}

// Common is the common name for a name or alias, without a tone; a name that
// is not in the table is answered as it is. Colons around it are taken off.
func Common(short string) string {
	short = strings.Trim(short, ":")
	base, _ := cutTones(short)
	if g, ok := known().named[base]; ok {
		return g.name
	}
	return short
}
