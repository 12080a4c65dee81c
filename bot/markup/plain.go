package markup

import "strings"

// Plain is a text in Markdown as a person reads it, without markup.
func Plain(md string) string { return Parse(md).Plain() }

// Plain is the text as a person reads it, without markup: addresses after
// their labels, items with bullets or numbers, quotations behind angles.
func (doc Doc) Plain() string { return doc.Render(plain{}) }

type plain struct{}

func (plain) Text(s string) string           { return s }
func (plain) Bold(inner string) string       { return inner }
func (plain) Italic(inner string) string     { return inner }
func (plain) Strike(inner string) string     { return inner }
func (plain) Code(s string) string           { return s }
func (plain) Fence(_, code string) string    { return code }
func (plain) Heading(_ int, s string) string { return s }
func (plain) Quote(inner string) string      { return prefixed("> ", inner) }
func (plain) Link(label, address string) string {
	bare := strings.TrimPrefix(address, "mailto:")
	switch label {
	case bare, address, strings.TrimPrefix(strings.TrimPrefix(bare, "https://"), "http://"):
		return label
	}
	return label + " (" + bare + ")"
}

func (plain) Item(depth int, marker, inner string) string {
	indent := strings.Repeat("  ", depth)
	return indent + marker + " " + indented(indent+"  ", inner)
}

// prefixed puts a prefix before every line.
func prefixed(prefix, s string) string {
	return prefix + strings.ReplaceAll(s, "\n", "\n"+prefix)
}

// indented puts blanks before every line but the first.
func indented(blanks, s string) string { return strings.ReplaceAll(s, "\n", "\n"+blanks) }
