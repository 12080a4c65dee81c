package prompts

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sereno/bot"
	"sereno/prompts/redact"
)

var (
	// linkForm is what a reader, or a platform, may take for an address: with a scheme,
	// in Markdown, or a name with dots.
	linkForm   = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s<>"')\]]+|(?:mailto|javascript|data|tel|vbscript):[^\s]+|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.\p{L}{2,}[^\s<>"')\],;]*`)
	schemeForm = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|(?:mailto|javascript|data|vbscript):|\bwww\.|\]\(`)
	// mentionForm is what a platform may take for calling somebody.
	mentionForm = regexp.MustCompile(`<[@!#][^>]*>?|@[\p{L}\p{N}_]+`)
	numberForm  = regexp.MustCompile(`[0-9]+(?:[.,:/-][0-9]+)*`)
)

// tidy is the text without what nobody sees and what turns it around, on one line
// when it is to be one.
func tidy(s string, oneLine bool) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && !oneLine:
			return r
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	if oneLine {
		return strings.Join(strings.Fields(s), " ")
	}
	return strings.TrimSpace(s)
}

// within refuses a text that holds a link, a mention or a placeholder which is in
// none of the sources: the model has it from nowhere.
func within(text string, sources ...string) error {
	if strings.Contains(text, "](") { // what is said is plain text: nothing in it is to become a link
		return failed(bot.CallInvalid, "it holds a link")
	}
	all := strings.ToLower(strings.Join(sources, "\n"))
	for _, link := range linkForm.FindAllString(text, -1) {
		if !strings.Contains(all, strings.ToLower(strings.TrimRight(link, ".,;:!?"))) {
			return failed(bot.CallInvalid, "it holds a link or address that was not given")
		}
	}
	for _, m := range mentionForm.FindAllString(text, -1) {
		if !strings.Contains(all, strings.ToLower(m)) {
			return failed(bot.CallInvalid, "it mentions somebody who was not given")
		}
	}
	for _, p := range redact.Placeholders(text) {
		if !strings.Contains(all, strings.ToLower(p)) {
			return failed(bot.CallInvalid, "it holds a mark that was not given")
		}
	}
	return nil
}

// linkless refuses a text with a link of any kind.
func linkless(text string) error {
	if schemeForm.MatchString(text) {
		return failed(bot.CallInvalid, "it holds a link")
	}
	return nil
}

// sized refuses a text that is empty or has more than max characters.
func sized(text string, max int) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return failed(bot.CallInvalid, "a text is empty")
	case n > max:
		return failed(bot.CallInvalid, "a text is longer than %d characters", max)
	}
	return nil
}

// counted refuses a number that is in none of the sources.
func counted(text string, sources ...string) error {
	all := strings.Join(sources, "\n")
	for _, n := range numberForm.FindAllString(redactless(text), -1) {
		if len(n) > 1 && !strings.Contains(all, n) {
			return failed(bot.CallInvalid, "it holds a number that was not given")
		}
	}
	return nil
}

// redactless is the text without placeholders, whose numbers are no numbers.
func redactless(text string) string {
	for _, p := range redact.Placeholders(text) {
		text = strings.ReplaceAll(text, p, " ")
	}
	return text
}

// leastShared is the part of a sentence's longer words that its sources must have
// for it to be taken for said by them.
const leastShared = 0.6

// shares reports whether most of the longer words of the sentence begin like a word
// of the sources.
func shares(sentence string, sources ...string) bool {
	known := map[string]bool{}
	for _, w := range stems(strings.Join(sources, "\n")) {
		known[w] = true
	}
	n, found := 0, 0
	for _, w := range stems(redactless(sentence)) {
		if n++; known[w] {
			found++
		}
	}
	return n == 0 || float64(found) >= leastShared*float64(n)
}

// stemLength is how many characters of a word are compared: endings differ.
const stemLength = 5

// stems are the beginnings of the words of four letters and more, without accents.
func stems(s string) []string {
	var out []string
	words := strings.FieldsFunc(plain.Replace(strings.ToLower(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if r := []rune(w); len(r) >= 4 {
			out = append(out, string(r[:min(len(r), stemLength)]))
		}
	}
	return out
}

var plain = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// first is the first of the errors, nil when there is none.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
