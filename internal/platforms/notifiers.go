package platforms

import (
	"context"
	"slices"

	"sereno/adapters/notifier"
	"sereno/bot/config"
)

// notifiers are the platforms that the configuration itself makes.
func notifiers(c *config.Config) []*Platform {
	var out []*Platform
	for _, n := range c.Notifiers {
		out = append(out, &Platform{
			Name: n.Name, Title: n.Name, path: notifier.Path(n.Name),
			Settings: func(*config.Config) any { return n },
			Connect:  func(_ *config.Config, o Options) (Connection, error) { return connectNotifier(n, o) },
			asks: &sentence{
				"asking whether it is there; whether a message arrives, only a message tells (/oncall test)…",
				"preguntando si está; si un mensaje llega, solo lo dice un mensaje (/oncall test)…",
			},
			words: map[string]sentence{
				"unreachable": {
					"{subject} cannot be reached ({cause}): look at the network, the proxy and notifiers.{subject}.url",
					"no se llega a {subject} ({cause}): revisá la red, el proxy y notifiers.{subject}.url",
				},
				"login": {
					"{subject} refuses the login ({cause}): correct the username, the password or the headers of notifiers.{subject}",
					"{subject} rechaza el ingreso ({cause}): corregí el usuario, la contraseña o los encabezados de notifiers.{subject}",
				},
			},
		})
	}
	return out
}

func connectNotifier(n *config.Notifier, o Options) (Connection, error) {
	c := notifier.Config{
		Name: n.Name, URL: n.URL.Reveal(), Method: n.Method, Username: n.Username.Reveal(), Password: n.Password.Reveal(),
		Body: n.Body, ContentType: n.ContentType, Success: n.Success, Signing: n.Signing.Reveal(),
	}
	for _, h := range n.Headers {
		c.Headers = append(c.Headers, notifier.Header{Name: h.Name, Value: h.Value.Reveal()})
	}
	for _, f := range n.Fields {
		c.Fields = append(c.Fields, notifier.Field{Name: f.Name, Value: f.Value})
	}
	if s := n.Status; s != nil {
		c.Status = &notifier.Status{Field: s.Field, Delivered: s.Delivered, Seen: s.Seen, Failed: s.Failed}
	}
	a, err := notifier.New(c, notifier.Options{Logger: o.Logger, Client: o.Client, Links: o.Links})
	if err != nil {
		return Connection{}, err
	}
	out := Connection{
		Adapter: a,
		Check: func(ctx context.Context, channels, people []string) []Problem {
			return problems(a.Check(ctx, channels, people))
		},
	}
	if o.Delivery != nil && n.Status != nil {
		out.Handler = a.Handler(o.Delivery)
	}
	return out, nil
}

// sameNotifiers reports whether the notifiers are configured alike.
func sameNotifiers(a, b *config.Config) bool {
	return slices.EqualFunc(a.Notifiers, b.Notifiers, (*config.Notifier).Same)
}
