package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/letter"
)

// What people get wrong where others are to be reached beside the chats.
var notifierMistakes = []mistake{
	{"a mail server without what it needs", "", []edit{{"", "^^mail: {host: ^'smtp.example.com:587', username: u}\n"}}, []string{
		`mail: from is missing: write from: Sereno <sereno@example.com>`,
		`mail: a username and a password go together: write username: ${SMTP_USERNAME}, password: ${SMTP_PASSWORD}`,
		`mail.host: this is not the name of a host: write smtp.example.com`,
	}},
	{"a password that travels in the open", "", []edit{{"", "mail: {host: smtp.example.com, from: ^sereno, username: u, password: verysecret, tls: ^none}\n"}}, []string{
		`mail.from: this is not the address of a sender: write Sereno <sereno@example.com>`,
		`mail.tls: the password would travel unprotected to another machine: write tls: starttls or tls: tls`,
	}},
	{"a way to encrypt that is none", "", []edit{{"", "mail: {host: localhost, port: ^0, from: a@example.com, tls: ^ssl}\n"}}, []string{
		`mail.port: "0" is not a whole number from 1 to 65535: write a whole number from 1 to 65535`,
		`mail.tls: "ssl" is not a way to encrypt: did you mean "tls"?`,
	}},
	{"a notifier with the name of a platform", "", []edit{{"", "notifiers: {^slack: {url: 'https://a.example.com'}, ^mail: {url: ^ftp://a}}\n"}}, []string{
		`notifiers: "slack" is the name of a platform: give it another name`,
		`notifiers: "mail" is the name of a platform: give it another name`,
		`notifiers.mail.url: this is not a web address: write https://sms.example.com/messages`,
	}},
	{"a notifier whose body lets words out", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', body: ^'{\"text\": \"{{.Text}}\"}'}, voice: {url: 'https://a.example.com', body: ^'{{.Titel}}'}}\n"}}, []string{
		`notifiers.sms.body: it makes no safe application/json: what people write could break out of its place: write {{json .Text}} in JSON, {{query .Text}} in a form, {{xml .Text}} in XML, each without quotation marks of its own around JSON`,
		`notifiers.voice.body: this is not a template (1:2: executing "" at <.Titel>: can't evaluate field Titel in type letter.Letter): write places such as {{.Title}} or {{json .Text}}, of .Title .Text .Quote .To .Link .Callback .Incident .Severity .Reason .Clock .Due .Kind .Key`,
	}},
	{"a notifier with two bodies", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', fields: {To: '{{.To}}'}, ^body: x}}\n"}}, []string{
		`notifiers.sms.body: fields make the body already: keep one of the two`,
	}},
	{"a method and a type that are none", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', method: ^post, body: '{{.Text}}', content_type: ^'a b'}}\n"}}, []string{
		`notifiers.sms.method: "post" is not a method of HTTP: did you mean "POST"?`,
		`notifiers.sms.content_type: this is not a media type: write application/json`,
	}},
	{"headers that are ours or none", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', headers: {^Host: a, ^'a b': c, X: ^\"a\\nb\"}, signing_secret: ^short, success: [200, ^404]}}\n"}}, []string{
		`notifiers.sms.headers: "Host" is written by the bot itself: remove it`,
		`notifiers.sms.headers: "a b" is not the name of a header: write Authorization`,
		`notifiers.sms.headers.X: a header is one line: write it on one line, without control characters`,
		`notifiers.sms.signing_secret: the secret has fewer than 16 characters and could be guessed: make one with: openssl rand -hex 32`,
		`notifiers.sms.success[1]: "404" is not a whole number from 200 to 299: write a whole number from 200 to 299`,
	}},
	{"a provider that cannot call back", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', ^status: {field: S, delivered: [ok], failed: [^ok, no]}}}\n"}}, []string{
		`notifiers.sms.status: nobody can report what became of a message without an address: write public_url: https://sereno.example.com`,
		`notifiers.sms.status.failed[0]: "ok" is listed twice: keep one of the two`,
	}},
	{"a number without its country", "", []edit{{"", "notifiers: {sms: {url: 'https://a.example.com', form: '\\+[1-9][0-9]{6,14}'}, voice: {url: 'https://a.example.com', form: ^'('}}\n"}, {"  luis: {}\n", "  luis: {identities: {sms: ^'1112345678'}}\n"}}, []string{
		`people.luis.identities.sms: "1112345678" is not an address of sms, whose form is ^(?:\+[1-9][0-9]{6,14})$: write each person's own identity`,
		"notifiers.voice.form: this is not a regular expression (error parsing regexp: missing closing ): `^(?:()$`): write '\\+[1-9][0-9]{6,14}'",
	}},
	{"a heartbeat that is none", "", []edit{{"", "heartbeat: {url: ^hc-ping.com, every: ^1s}\n"}}, []string{
		`heartbeat.url: this is not a web address: write https://hc-ping.com/…`,
		`heartbeat.every: "1s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
}

const reached = base + `
public_url: https://sereno.example.com/
mail: {host: smtp.example.com, from: Sereno <sereno@example.com>, username: '${BOT}', password: '${APP}'}
heartbeat: {url: 'https://hc.example.com/${BOT}'}
notifiers:
  sms:
    url: https://api.example.com/${BOT}/Messages
    username: ${BOT}
    password: ${APP}
    fields: {To: "{{.To}}", Body: "{{.Title}} {{.Link}}"}
    status: {field: MessageStatus, delivered: [delivered], seen: [read], failed: [failed, undelivered]}
    form: '\+[0-9]+'
  hook: {url: "https://hook.example.com", signing_secret: "${MATTERMOST_SECRET}"}
`

func TestWhatReachesPeopleBesideTheChats(t *testing.T) {
	c := parsed(t, strings.Replace(reached, "  luis: {}\n", "  luis: {identities: {sms: '+5491112345678', mail: luis@example.com}, reach: [sms, {mail: 1m}]}\n", 1))
	if c.Mail.Port != 587 || c.Mail.TLS != StartTLS || c.Heartbeat.Every != time.Minute || c.Company.PublicURL != "https://sereno.example.com" {
		t.Errorf("%+v, %+v, %s", c.Mail, c.Heartbeat, c.Company.PublicURL)
	}
	sms, hook := c.Notifiers[0], c.Notifiers[1]
	if sms.Method != "POST" || sms.ContentType != formType || len(sms.Fields) != 2 || hook.ContentType != jsonType || hook.Body != nil {
		t.Errorf("%+v, %+v", sms, hook)
	}
	if got, err := sms.Fields[1].Value.Render(letter.Letter{Title: "a", Link: "b"}); err != nil || got != "a b" {
		t.Errorf("%q, %v", got, err)
	}
	if d := cmp.Diff(&Status{"MessageStatus", []string{"delivered"}, []string{"read"}, []string{"failed", "undelivered"}}, sms.Status); d != "" {
		t.Error(d)
	}
	if id := c.Company.Person("luis").Identities["sms"]; id != "+5491112345678" {
		t.Errorf("luis is %q", id)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v", *c.Mail, *sms, *c.Heartbeat), fmt.Sprint(Diff(parsed(t, base), c))} {
		if strings.Contains(shown, "verysecret") {
			t.Errorf("a secret is shown: %s", shown)
		}
	}
	again := parsed(t, reached).Notifiers
	if !again[0].Same(sms) || again[0].Same(hook) {
		t.Error("what is configured alike is not the same, or the other way round")
	}
}

// What docs/notifiers.md tells people to write is right.
func TestNotifiersOfThePageAreRight(t *testing.T) {
	env := environment(map[string]string{"TWILIO_SID": "AC1", "TWILIO_TOKEN": "t", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p"})
	read := 0
	for _, block := range referenceYAML.FindAllStringSubmatch(readPage(t, "../../docs/notifiers.md"), -1) {
		if !strings.HasPrefix(block[1], "notifiers:") && !strings.HasPrefix(block[1], "mail:") {
			continue
		}
		read++
		if _, err := Parse("sereno.yaml", []byte(base+"public_url: https://s.example.com\n"+block[1]), env); err != nil {
			t.Errorf("%v\n%s", err, block[1])
		}
	}
	if read != 3 {
		t.Errorf("%d examples were read", read)
	}
}
