package platforms

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"sereno/adapters/mail/mailtest"
	"sereno/bot/company"
)

func TestMailAndNotifiersAreAskedWithoutSendingAnything(t *testing.T) {
	post, err := mailtest.New(mailtest.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(post.Close)
	code := http.StatusOK
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions {
			t.Errorf("it is called with %s", r.Method)
		}
		w.WriteHeader(code)
	}))
	t.Cleanup(provider.Close)
	lines := fmt.Sprintf("mail: {host: 127.0.0.1, port: %d, from: s@example.com, tls: none}\nnotifiers: {sms: {url: %q}}\n", post.Port(), provider.URL)
	c := configured(t, lines)
	asking := func(lang company.Lang) []string {
		var out []string
		for _, p := range Connected(c) {
			out = append(out, p.Name+": "+p.asking(lang, Presence{}))
		}
		return out
	}
	unconnected := "slack: there are channels of Slack in the configuration, and no section “slack:” connects it: add the section, or remove the channels"
	said := func(lines ...string) []string {
		return append(append([]string{unconnected}, asking(company.English)...), lines...)
	}
	got := asksUnordered(t, c, company.English, said("mail: all is well", "sms: all is well")...)
	if got {
		t.Error("channels of Slack that nothing connects are fine")
	}
	code = http.StatusUnauthorized
	asksUnordered(t, c, company.English, said("mail: all is well", "sms: sms refuses the login (401 Unauthorized): correct the username, the password or the headers of notifiers.sms")...)

	free, err := net.Listen("tcp", "127.0.0.1:0") // a port on which nobody listens afterwards
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	code = http.StatusOK
	c = configured(t, fmt.Sprintf("mail: {host: 127.0.0.1, port: %d, from: s@example.com, tls: none}\n", port))
	asksUnordered(t, c, company.English, said("mail: the mail server cannot be used (connection refused): look at mail.host, mail.port and mail.tls, and at the network")...)
}

func TestNotifiersAreComparedByWhatIsConfigured(t *testing.T) {
	a := configured(t, "notifiers: {sms: {url: 'https://a.example.com'}}\n")
	if !Same(a, configured(t, "notifiers: {sms: {url: 'https://a.example.com'}}\n")) || Same(a, configured(t, "notifiers: {sms: {url: 'https://b.example.com'}}\n")) || Same(a, configured(t, "")) {
		t.Error("notifiers are not told apart")
	}
	if p := Connected(a); len(p) != 1 || p[0].Path() != "/notifiers/sms/" {
		t.Errorf("%+v", p)
	}
}
