package mattermost

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// askMax bounds how many names one message makes us look up.
const askMax = 20

// reader turns what people typed, Mattermost's Markdown, into the core's text.
type reader struct {
	me string // our username: mentions of it are left out
	// name is what the server shows for who has the username, "" when nobody has.
	name func(username string) string
}

func (a *Adapter) reader(ctx context.Context, at *server) reader {
	asked := 0
	return reader{me: at.username, name: func(username string) string {
		if asked++; asked > askMax {
			return ""
		}
		return a.people.named(ctx, username).name
	}}
}

// read answers the text without markup, the text with it where it has any, and
// whether it mentions us.
func (r reader) read(message string) (text, formatted string, mentioned bool) {
	message = strings.ToValidUTF8(message, "\uFFFD")
	var b strings.Builder
	rest := message
	for rest != "" {
		code := codeIn(rest)
		if code == nil {
			code = []int{len(rest), len(rest)}
		}
		m := r.prose(&b, rest[:code[0]])
		mentioned = mentioned || m
		b.WriteString(rest[code[0]:code[1]])
		rest = rest[code[1]:]
	}
	md := strings.TrimSpace(b.String())
	text = strings.TrimSpace(markup.Plain(md))
	if text != md {
		formatted = md
	}
	return text, formatted, mentioned
}

var code = regexp.MustCompile("(?s)```.*?(?:```|$)|`[^`\n]+`")

// codeIn is where the first code in the text stands, nil when there is none: in
// it nothing is a mention or an emoji.
func codeIn(s string) []int { return code.FindStringIndex(s) }

// token finds a mention or an emoji. Usernames are lower-case, digits, dots,
// dashes and underscores (model.IsValidUsername), but are found in any case.
var token = regexp.MustCompile(`@[A-Za-z0-9_][A-Za-z0-9._-]*|:[A-Za-z0-9_+-]+:`)

// prose writes what is not code: mentions become @names, emoji common short names.
func (r reader) prose(b *strings.Builder, s string) (mentioned bool) {
	for s != "" {
		at := token.FindStringIndex(s)
		if at == nil {
			b.WriteString(emoji.Names(s))
			return mentioned
		}
		b.WriteString(emoji.Names(s[:at[0]]))
		found := s[at[0]:at[1]]
		switch {
		case found[0] == ':':
			// The last colon may begin the next emoji: ":a:b:" is one and a rest.
			b.WriteString(":" + emoji.Common(strings.Trim(found, ":")) + ":")
			s = s[at[1]:]
		case endsInWord(b.String()): // an address
			b.WriteString(found)
			s = s[at[1]:]
		default:
			me, used := r.mention(b, found)
			s = s[at[0]+used:]
			if me {
				mentioned = true
				s = dropMention(b, s)
			}
		}
	}
	return mentioned
}

func endsInWord(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return last < utf8.RuneSelf && (last >= '0' && last <= '9' || last >= 'a' && last <= 'z' || last >= 'A' && last <= 'Z')
}

// mention writes the name of who is mentioned, and answers whether it is us and
// how much of the text was the mention: a dot or dash behind it may end the sentence.
func (r reader) mention(b *strings.Builder, found string) (me bool, used int) {
	for try := found; len(try) > 1; try = try[:len(try)-1] {
		username := strings.ToLower(try[1:])
		if username == r.me && r.me != "" {
			return true, len(try)
		}
		if r.name != nil && !everybody[username] {
			if name := r.name(username); name != "" {
				b.WriteString("@" + literally(name))
				return false, len(try)
			}
		}
		if !strings.ContainsAny(try[len(try)-1:], "._-") {
			break
		}
	}
	b.WriteString(literally(found))
	return false, len(found)
}

// everybody are the mentions that are nobody's name.
var everybody = map[string]bool{"all": true, "channel": true, "here": true}

var formatting = strings.NewReplacer(`*`, `\*`, `_`, `\_`, `~`, `\~`, "`", "\\`", `[`, `\[`, `]`, `\]`)

// literally keeps a name from being read as formatting.
func literally(name string) string { return formatting.Replace(name) }

// dropMention takes the blanks and the punctuation that follow a mention of us
// at the beginning ("@sereno: take"), and one blank of the two around it elsewhere.
func dropMention(b *strings.Builder, rest string) string {
	before := b.String()
	if strings.TrimSpace(before) == "" {
		return strings.TrimLeft(rest, " \t,:")
	}
	if strings.HasSuffix(before, " ") {
		return strings.TrimPrefix(rest, " ")
	}
	return rest
}
