package redact

import (
	"math"
	"regexp"
	"strings"
)

// shapes are how secrets look that say themselves what they are. Where there is a
// group, that is the secret.
var shapes = shaped([]shape{
	// Keys in PEM, cut off ones too.
	{`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)`, []string{"private key"}},
	// Cloud and code: AWS, Google, GitHub, GitLab, npm, PyPI, Hugging Face, DigitalOcean.
	{`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`, []string{"akia", "asia", "abia", "acca"}},
	{`\bAIza[A-Za-z0-9_-]{30,}`, []string{"aiza"}},
	{`\bya29\.[A-Za-z0-9_-]{10,}`, []string{"ya29."}},
	{`\bgh[pousr]_[A-Za-z0-9]{20,}`, []string{"gh"}},
	{`\bgithub_pat_[A-Za-z0-9_]{20,}`, []string{"github_pat_"}},
	{`\bgl(?:pat|rt|dt|cbt|ptt|soat)-[A-Za-z0-9_.-]{15,}`, []string{"gl"}},
	{`\bnpm_[A-Za-z0-9]{30,}`, []string{"npm_"}},
	{`\bpypi-[A-Za-z0-9_-]{16,}`, []string{"pypi-"}},
	{`\bhf_[A-Za-z0-9]{20,}`, []string{"hf_"}},
	{`\bdo[opr]_v1_[a-f0-9]{40,}`, []string{"_v1_"}},
	// Chat: Slack, Discord, Telegram, and their web hooks.
	{`\bxox[a-z]-[A-Za-z0-9-]{8,}`, []string{"xox"}},
	{`\bxapp-[A-Za-z0-9-]{8,}`, []string{"xapp-"}},
	{`\bxoxe\.[A-Za-z0-9.-]{8,}`, []string{"xoxe."}},
	{`\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}`, []string{"."}},
	{`\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b`, []string{":"}},
	{`https://hooks\.slack\.com/[A-Za-z0-9/_-]+`, []string{"hooks.slack"}},
	{`https://[a-z.]*discord(?:app)?\.com/api/webhooks/[A-Za-z0-9/_-]+`, []string{"discord"}},
	// Payments and mail: Stripe, Mercado Pago, SendGrid, Twilio, Mailgun.
	{`\b[spr]k_(?:live|test)_[A-Za-z0-9]{10,}`, []string{"k_"}},
	{`\bwhsec_[A-Za-z0-9+/=]{16,}`, []string{"whsec_"}},
	{`\b(?:APP_USR|TEST)-[A-Za-z0-9-]{16,}`, []string{"app_usr", "test-"}},
	{`\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`, []string{"sg."}},
	{`\bSK[0-9a-f]{32}\b`, []string{"sk"}},
	{`\bkey-[0-9a-f]{32}\b`, []string{"key-"}},
	// Models: OpenAI, Anthropic and those who write theirs alike.
	{`\bsk-[A-Za-z0-9_-]{16,}`, []string{"sk-"}},
	// Tokens in three parts (RFC 7519).
	{`\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?`, []string{"eyj"}},
	// What stands where a secret stands: headers, addresses, connection strings.
	{`(?i)\b(?:proxy-)?authorization\s*[:=]\s*["']?((?:[a-z-]+[ \t]+)?[^\s"',;]+)`, []string{"authorization"}},
	{`(?i)\b(?:set-)?cookie\s*:[ \t]*([^\r\n]+)`, []string{"cookie"}},
	{`(?i)\bbearer[ \t]+["']?([A-Za-z0-9._~+/=-]{8,})`, []string{"bearer"}},
	{`(?i)\bbasic[ \t]+([A-Za-z0-9+/=]{16,})`, []string{"basic"}},
	{`[A-Za-z][A-Za-z0-9+.-]*://([^\s/?#@]*:[^\s/?#]*)@`, []string{"://"}},
	{`(?i)\b(?:accountkey|sharedaccesskey|sharedaccesssignature)\s*=\s*([^\s;"']+)`, []string{"account", "sharedaccess"}},
	{`(?i)[?&](?:sig|signature|token|access_token|api_key|apikey|key|secret|password|code)=([^\s&#"'<>]+)`, []string{"="}},
})

// calledForm is how people and programs name a secret. \b knows no letters but ASCII's.
const calledForm = `(?:pass(?:word|wd|phrase|code)?|pwd|contrase(?:ñ|n)a|clave(?:[ _-](?:secreta|privada|api|de[ _](?:api|acceso)))?|secret(?:o|[ _-]?key)?|api[ _-]?key|access[ _-]?(?:key|token)|client[ _-]?secret|private[ _-]?key|token(?:[ _-]de[ _-]acceso)?|pin|cvv|cvc)`

var called = finder{needles: []string{"pass", "pwd", "contrase", "clave", "secret", "key", "token", "pin", "cvv", "cvc"}}

var (
	// named: password: hunter2, "api_key": "x", clave=abc.
	named = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:[a-z0-9]+[_-])*` + calledForm + `["'` + "`" + `]?[ \t]*(?::=|=>|[:=])[ \t]*(?:"([^"\r\n]+)|'([^'\r\n]+)|([^\s"',;]+))`)
	// told: "la clave es hunter2", "my password is hunter2"; a word alone is none.
	told = regexp.MustCompile(`(?i)(?:^|[^\p{L}])` + calledForm + `[ \t]+(?:es|is|era|was|son|are)[ \t]*:?[ \t]*["'` + "`" + `]?([^\s"'` + "`" + `,;]*[0-9!@#$%^&*_+=][^\s"'` + "`" + `,;]*)`)
	// run is what may be random: letters and digits of any alphabet of base 64.
	run = regexp.MustCompile(`[A-Za-z0-9+/_=-]{20,}`)
)

// shape is how something looks. A text with none of the needles, in lower case,
// does not hold it: to look for those is quicker by far.
type shape struct {
	form    string
	needles []string
}

type finder struct {
	*regexp.Regexp
	needles []string
}

func shaped(in []shape) []finder {
	out := make([]finder, len(in))
	for i, x := range in {
		out[i] = finder{regexp.MustCompile(x.form), x.needles}
	}
	return out
}

// maybe reports whether the text, in lower case, may hold it.
func (f finder) maybe(lower string) bool {
	for _, n := range f.needles {
		if strings.Contains(lower, n) {
			return true
		}
	}
	return false
}

func compile(forms ...string) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(forms))
	for i, f := range forms {
		out[i] = regexp.MustCompile(f)
	}
	return out
}

func secrets(text string) []span {
	var out []span
	lower := strings.ToLower(text)
	for _, x := range shapes {
		if x.maybe(lower) {
			out = append(out, all(Secret, x.Regexp, text)...)
		}
	}
	if !called.maybe(lower) {
		return append(out, runs(text)...)
	}
	for _, m := range named.FindAllStringSubmatchIndex(text, -1) {
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				out = append(out, span{m[g], m[g+1], Secret})
			}
		}
	}
	out = append(out, all(Secret, told, text)...)
	return append(out, runs(text)...)
}

// runs are texts that nobody wrote.
func runs(text string) []span {
	var out []span
	for _, m := range run.FindAllStringIndex(text, -1) {
		if random(text[m[0]:m[1]]) {
			out = append(out, span{m[0], m[1], Secret})
		}
	}
	return out
}

// minEntropy is what the characters of a text must hold on the average, in bits,
// to be taken for random: words in a row stay below, 20 random ones of base 64
// are above in all but a few cases.
const minEntropy = 3.4

// random reports whether nobody wrote the text: it has letters and digits, and no
// more order than chance gives.
func random(s string) bool {
	s = strings.Trim(s, "=-_/+")
	var upper, lower, digits int
	hex := true
	count := map[byte]int{}
	for i := range len(s) {
		c := s[i]
		count[c]++
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z':
			lower++
			hex = hex && c <= 'f'
		case c >= 'A' && c <= 'Z':
			upper++
			hex = hex && c <= 'F'
		default:
			hex = hex && c == '-'
		}
	}
	if len(s) < 20 || digits == 0 || upper+lower == 0 {
		return false
	}
	bits := 0.0
	for _, n := range count {
		p := float64(n) / float64(len(s))
		bits -= p * math.Log2(p)
	}
	if hex && len(s) >= 32 {
		return bits >= 2.5
	}
	return bits >= minEntropy && (digits >= 2 || upper > 0 && lower > 0)
}
