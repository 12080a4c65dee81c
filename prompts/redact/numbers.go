package redact

import (
	"regexp"
	"strings"
)

var (
	mailForm = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)
	mention  = regexp.MustCompile(`<@[!&]?[A-Z0-9]+(?:\|[^>]*)?>|@[\p{L}\p{N}_][\p{L}\p{N}_.-]*`)

	// digitRun is digits in groups, as people write long numbers.
	digitRun = regexp.MustCompile(`[0-9](?:[ \x{a0}.\-/]?[0-9]){6,}`)
	ibanForm = regexp.MustCompile(`(?i)\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}\b`)

	// Documents whose form says what they are.
	documentForms = compile(
		`(?i)\b(?:dni|d\.n\.i\.|documento|doc|cédula|cedula|pasaporte|passport|libreta|ci|le|lc)[ \t]*(?:n[°ºo.]*|#)?[ \t:.]*([a-z]{0,3}[0-9][0-9. -]{4,12}[0-9])\b`,
		`\b[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}(?:-[0-9kK])?\b`, // DNI of Argentina, RUT of Chile, CI of Uruguay
		`\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\b`,       // CPF
		`\b[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}\b`,
		`\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b`, // SSN
		`\b[0-9]{7,8}-[0-9kK]\b`,
	)
	spanish = regexp.MustCompile(`(?i)\b[xyz]?-?[0-9]{7,8}[- ]?[a-z]\b`)
	money   = regexp.MustCompile(`(?:\$|€|£|USD|ARS|EUR|U\$S)[ \x{a0}]?$`)

	phoneForms = compile(
		`\+[0-9](?:[ \x{a0}().\-/]{0,2}[0-9]){6,14}`,
		`\(0?[0-9]{2,4}\)[ -]?(?:15[ -]?)?[0-9]{3,4}[ -]?[0-9]{4}\b`,
		`\b(?:0?[0-9]{2,4}[ -])?(?:15[ -])?[0-9]{3,4}[ -][0-9]{4}\b`,
		`\b(?:[0-9]{3}[ ]){2}[0-9]{3}\b`,
		`\b[0-9]{2}[ ][0-9]{3}[ ][0-9]{2}[ ][0-9]{2}\b`,
		`(?i)\b(?:tel|teléfono|telefono|cel|celular|móvil|movil|phone|mobile|whatsapp|call me (?:at|on))\.?[ \t:]*(?:es|is)?[ \t]*([0-9][0-9 ().\-/]{5,18}[0-9])`,
	)
)

// numbers are those of cards, bank accounts and identity documents.
func numbers(text string) []span {
	if digitsIn(text) < 6 {
		return nil
	}
	var out []span
	for _, m := range digitRun.FindAllStringIndex(text, -1) {
		out = append(out, inRun(text, m[0], m[1])...)
	}
	for _, m := range ibanForm.FindAllStringIndex(text, -1) {
		if n := iban(text[m[0]:m[1]]); n > 0 {
			out = append(out, span{m[0], m[0] + n, Account})
		}
	}
	for _, re := range documentForms {
		for _, p := range all(Document, re, text) {
			if !money.MatchString(text[:p.from]) {
				out = append(out, p)
			}
		}
	}
	for _, m := range spanish.FindAllStringIndex(text, -1) {
		if letterFits(text[m[0]:m[1]]) {
			out = append(out, span{m[0], m[1], Document})
		}
	}
	return out
}

// inRun looks for numbers within a run of digits, which may hold several.
func inRun(text string, from, to int) []span {
	var at []int // where the digits are
	var digits []byte
	for i := from; i < to; i++ {
		if c := text[i]; c >= '0' && c <= '9' {
			at, digits = append(at, i), append(digits, c-'0')
		}
	}
	var out []span
	add := func(k Kind, i, n int) { out = append(out, span{at[i], at[i+n-1] + 1, k}) }
	for i := range digits {
		for n := 19; n >= 13; n-- {
			if i+n <= len(digits) && digits[i] >= 2 && digits[i] <= 6 && luhn(digits[i:i+n]) {
				add(Card, i, n)
				break
			}
		}
		if i+11 <= len(digits) && cuit(digits[i:i+11]) && whole(digits, at, i, 11) {
			add(Document, i, 11)
		}
	}
	if len(digits) >= 20 && len(digits) <= 24 { // CBU, CVU, CCC: an account, or nothing that a model needs
		out = append(out, span{from, to, Account})
	}
	return out
}

// whole reports whether the number stands by itself within its run: nothing but
// digits that are set apart is on either side.
func whole(digits []byte, at []int, i, n int) bool {
	before := i == 0 || at[i]-at[i-1] > 1
	after := i+n == len(digits) || at[i+n]-at[i+n-1] > 1
	return before && after
}

// luhn is the check of ISO/IEC 7812-1.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// cuit is the check of Argentina's tax numbers, modulo 11.
func cuit(d []byte) bool {
	if p := int(d[0])*10 + int(d[1]); p != 20 && p != 23 && p != 24 && p != 25 && p != 26 && p != 27 && p != 30 && p != 33 && p != 34 {
		return false
	}
	sum := 0
	for i, w := range []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2} {
		sum += w * int(d[i])
	}
	return (11-sum%11)%11 == int(d[10])
}

// letterFits is the check of Spain's DNI and NIE: the remainder by 23 names a letter.
func letterFits(s string) bool {
	s = strings.NewReplacer("-", "", " ", "", "X", "0", "Y", "1", "Z", "2").Replace(strings.ToUpper(s[:len(s)-1])) + strings.ToUpper(s[len(s)-1:])
	n, digits := 0, 0
	for i := range len(s) - 1 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n, digits = n*10+int(s[i]-'0'), digits+1
	}
	return digits == 8 && "TRWAGMYFPDXBNJZSQVHLCKE"[n%23] == s[len(s)-1]
}

// iban answers how many bytes of the text are one: the longest part from its
// beginning that passes the check of ISO 13616, modulo 97; 0 when none does.
func iban(s string) int {
	for end := len(s); end > 0; end-- {
		if last := s[end-1]; last == ' ' || last == '-' {
			continue
		}
		plain := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s[:end]))
		if len(plain) < 15 {
			return 0
		}
		if len(plain) > 34 {
			continue
		}
		rest := 0
		for _, c := range []byte(plain[4:] + plain[:4]) {
			if c >= 'A' {
				rest = (rest*100 + int(c-'A') + 10) % 97
			} else {
				rest = (rest*10 + int(c-'0')) % 97
			}
		}
		if rest == 1 {
			return end
		}
	}
	return 0
}

// phones are telephone numbers of 8 digits and more.
func phones(text string) []span {
	if digitsIn(text) < 7 {
		return nil
	}
	var out []span
	for _, re := range phoneForms {
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			p := span{m[len(m)-2], m[len(m)-1], Phone}
			if n := digitsIn(text[p.from:p.to]); n >= 7 && n <= 15 {
				out = append(out, p)
			}
		}
	}
	return out
}

func digitsIn(s string) int {
	n := 0
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}
