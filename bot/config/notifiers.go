package config

import (
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"sereno/bot/letter"
)

var (
	notifierKeys = section{"notifiers", []key{
		must("url", "https://sms.example.com/messages"), may("method", "POST"),
		may("username", "${SMS_USERNAME}"), may("password", "${SMS_PASSWORD}"),
		may("headers", "{Authorization: 'Bearer ${SMS_TOKEN}'}"),
		may("fields", "{To: '{{.To}}', Body: '{{.Title}} {{.Link}}'}"),
		may("content_type", "application/json"), may("body", `'{"to": {{json .To}}, "text": {{json .Title}}}'`),
		may("success", "[200, 201]"), may("signing_secret", "${WEBHOOK_SECRET}"),
		may("form", `'\+[1-9][0-9]{6,14}'`), may("status", "{field: MessageStatus, delivered: [delivered], failed: [failed]}"),
	}}
	statusKeys = section{"status", []key{
		must("field", "MessageStatus"), must("delivered", "[delivered]"), may("seen", "[read]"), must("failed", "[failed, undelivered]"),
	}}
	methods    = []string{"POST", "PUT", "GET"}
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	// ownHeaders are written by us or by the connection.
	ownHeaders = regexp.MustCompile(`(?i)^(Host|Content-Length|Content-Type|Connection|Transfer-Encoding|Trailer|TE|Upgrade|Idempotency-Key|User-Agent|Sereno-.*)$`)
)

const (
	maxNotifiers = 20
	maxFields    = 50
	formType     = "application/x-www-form-urlencoded"
	jsonType     = "application/json"
	exampleCall  = "https://sms.example.com/messages"
)

// Notifier reaches people with an HTTP request: a text message, a call, another
// program's webhook. It is a platform of its Name.
type Notifier struct {
	Name   string
	URL    Secret
	Method string
	// Username and Password are sent by basic authentication where there is one.
	Username Secret
	Password Secret
	Headers  []Header
	// Fields make a form, each with a template for its value; Body is a template of
	// the whole, of the ContentType. With neither, the document of our own webhook
	// is sent.
	Fields      []Field
	ContentType string
	Body        *letter.Template
	// Success are the statuses that mean that it was taken; any 2xx when empty.
	Success []int
	// Signing signs every request; "" for none.
	Signing Secret
	// Status says how the provider's later word is read, nil where none comes.
	Status *Status

	form *regexp.Regexp
	// text is what Body and Fields are made from: two that are the same are equal.
	text string
}

// Header is one of the request's.
type Header struct {
	Name  string
	Value Secret
}

// Field is one of a form's.
type Field struct {
	Name  string
	Value *letter.Template
}

// Status is how a provider says what became of a message: Field holds one of
// the words.
type Status struct {
	Field                   string
	Delivered, Seen, Failed []string
}

// Same reports whether two notifiers are configured alike.
func (n *Notifier) Same(other *Notifier) bool {
	return n.Name == other.Name && n.URL == other.URL && n.Method == other.Method && n.Username == other.Username &&
		n.Password == other.Password && slices.Equal(n.Headers, other.Headers) && n.ContentType == other.ContentType &&
		n.text == other.text && slices.Equal(n.Success, other.Success) && n.Signing == other.Signing && n.Status.same(other.Status)
}

func (s *Status) same(o *Status) bool {
	if s == nil || o == nil {
		return s == o
	}
	return s.Field == o.Field && slices.Equal(s.Delivered, o.Delivered) && slices.Equal(s.Seen, o.Seen) && slices.Equal(s.Failed, o.Failed)
}

// readNotifiers reads the section; public says that people and providers can call us.
func (v value) readNotifiers(public bool) []*Notifier {
	var out []*Notifier
	for _, e := range v.atMost(maxNotifiers).entries() {
		if isPlatform(e.name()) {
			e.r.report(e.at(), v.path, say(platformsName, "name", quoted(e.name())), say(writeOtherName))
		}
		out = append(out, e.notifier(public))
	}
	return out
}

// isPlatform reports whether a notifier cannot have the name.
func isPlatform(name string) bool {
	return name == mail || slices.ContainsFunc(platforms, func(p platform) bool { return p.name == name })
}

func (v value) notifier(public bool) *Notifier {
	n := &Notifier{Name: v.name(), Method: methods[0]}
	f, ok := v.fields(notifierKeys)
	if !ok {
		return n
	}
	n.URL = Secret(f["url"].callAddress(exampleCall))
	if s, ok := f["method"].oneOf(aMethod, methods); ok {
		n.Method = s
	}
	n.Username, n.Password = Secret(f["username"].setting("")), Secret(f["password"].setting(""))
	if f["username"].present() != f["password"].present() {
		v.wants(say(halfLogin), say(write, "example", "username: ${SMS_USERNAME}, password: ${SMS_PASSWORD}"))
	}
	n.Headers = f["headers"].headers()
	v.content(n, f)
	for _, item := range f["success"].items() {
		if s, ok := item.text(); ok {
			n.Success = append(n.Success, item.status(s))
		}
	}
	n.Signing = f["signing_secret"].signingKey()
	n.form = f["form"].form()
	if n.Status = f["status"].later(); n.Status != nil && !public {
		f["status"].wants(say(noPublicURL), say(write, "example", "public_url: "+exampleCallbackURL))
	}
	return n
}

// content reads what is sent.
func (v value) content(n *Notifier, f map[string]value) {
	n.ContentType = jsonType
	switch {
	case f["fields"].present() && f["body"].present():
		f["body"].wants(say(twoBodies), say(keepOne))
		return
	case f["fields"].present():
		n.ContentType = formType
		pairs, _ := f["fields"].atMost(maxFields).pairs("To: '{{.To}}'")
		for _, p := range pairs {
			t, text := p.template()
			n.Fields = append(n.Fields, Field{p.name(), t})
			n.text += p.name() + "\x00" + text + "\x00"
		}
		return
	}
	if s := f["content_type"].setting(""); s != "" {
		n.ContentType = s
		if _, _, err := mime.ParseMediaType(s); err != nil && !f["content_type"].kept() {
			f["content_type"].wrong(say(badContentType), say(write, "example", jsonType))
		}
		if !f["body"].present() {
			f["content_type"].wants(say(missingKey, "key", "body"), say(write, "example", `body: '{"text": {{json .Title}}}'`))
		}
	}
	if !f["body"].present() {
		return
	}
	n.Body, n.text = f["body"].template()
	if n.Body != nil && !f["body"].kept() {
		if err := n.Body.Check(n.ContentType); err != nil {
			f["body"].wrong(say(openTemplate, "type", n.ContentType, "detail", err.Error()), say(writeEscaped))
		}
	}
}

// template reads a template; nil when it is none.
func (v value) template() (*letter.Template, string) {
	s := v.setting("")
	t, err := letter.Parse(s)
	if err != nil {
		v.wrong(say(badTemplate, "detail", shown(err.Error())), say(writePlaces))
	}
	return t, s
}

// callAddress reads an address that we call; it may hold a secret, so no message
// repeats it.
func (v value) callAddress(example string) string {
	s := v.setting("")
	if s == "" || v.kept() {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" {
		v.wrong(say(badURL), say(write, "example", example))
	}
	return s
}

func (v value) headers() []Header {
	var out []Header
	pairs, _ := v.atMost(maxFields).pairs("Authorization: 'Bearer ${SMS_TOKEN}'")
	for _, p := range pairs {
		s := p.setting("")
		switch {
		case !headerName.MatchString(p.name()):
			p.r.report(p.at(), v.path, say(notA, "text", quoted(p.name()), "kind", aHeader), say(write, "example", "Authorization"))
		case ownHeaders.MatchString(p.name()):
			p.r.report(p.at(), v.path, say(ownHeader, "name", quoted(p.name())), say(removeIt))
		case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			p.wrong(say(badHeader), say(writeOneLine))
		}
		out = append(out, Header{p.name(), Secret(s)})
	}
	return out
}

// status reads one status of HTTP.
func (v value) status(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 200 || n > 299 {
		v.wrong(say(notBetween, "text", quoted(s), "low", 200, "high", 299), say(writeBetween, "low", 200, "high", 299))
	}
	return n
}

// form reads how an address of the notifier looks, whole.
func (v value) form() *regexp.Regexp {
	s, ok := v.plain()
	if !ok {
		return nil
	}
	re, err := regexp.Compile(`^(?:` + s + `)$`)
	if err != nil {
		v.wrong(say(badPattern, "detail", shown(err.Error())), say(write, "example", `'\+[1-9][0-9]{6,14}'`))
		return nil
	}
	return re
}

func (v value) later() *Status {
	f, ok := v.fields(statusKeys)
	if !ok {
		return nil
	}
	s := &Status{}
	s.Field, _ = f["field"].plain()
	seen := map[string]bool{}
	words := func(at value) (out []string) {
		for _, item := range at.items() {
			w, ok := item.plain()
			switch {
			case !ok:
			case seen[w]:
				item.wrong(say(listedTwice, "text", quoted(w)), say(keepOne))
			default:
				seen[w] = true
				out = append(out, w)
			}
		}
		return out
	}
	s.Delivered, s.Seen, s.Failed = words(f["delivered"]), words(f["seen"]), words(f["failed"])
	return s
}

// leaves of the settings by which people are reached are shown only where they
// hold nothing of the environment.
func (v value) settingLeaf() leaf {
	l := leaf{v.path, v.setting(""), v.node.Value}
	if strings.Contains(v.node.Value, "${") || v.node.Kind != yaml.ScalarNode || strings.HasSuffix(v.path, "password") || strings.HasSuffix(v.path, "secret") || v.path == "assistant.key" {
		l.shown = mask
	}
	return l
}
