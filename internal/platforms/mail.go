package platforms

import (
	"context"

	"sereno/adapters/mail"
	"sereno/bot/config"
)

var mailPlatform = &Platform{
	Name: mail.Platform, Title: "mail",
	Settings: func(c *config.Config) any { return c.Mail },
	Connect:  connectMail,
	asks: &sentence{
		"asking the server for a login; whether an address receives, only a mail tells (/oncall test)…",
		"pidiendo ingreso al servidor; si una dirección recibe, solo lo dice un correo (/oncall test)…",
	},
	words: map[string]sentence{
		"unreachable": {
			"the mail server cannot be used ({cause}): look at mail.host, mail.port and mail.tls, and at the network",
			"no se puede usar el servidor de correo ({cause}): revisá mail.host, mail.port y mail.tls, y la red",
		},
		"login": {
			"the mail server refuses the login ({cause}): correct mail.username and mail.password",
			"el servidor de correo rechaza el ingreso ({cause}): corregí mail.username y mail.password",
		},
	},
}

func connectMail(c *config.Config, o Options) (Connection, error) {
	m := c.Mail
	a, err := mail.New(mail.Config{
		Host: m.Host, Port: m.Port, From: m.From, Username: m.Username.Reveal(), Password: m.Password.Reveal(), TLS: mail.TLS(m.TLS),
	}, mail.Options{Logger: o.Logger, Links: o.Links})
	if err != nil {
		return Connection{}, err
	}
	return Connection{
		Adapter: a,
		Check: func(ctx context.Context, channels, people []string) []Problem {
			return problems(a.Check(ctx, channels, people))
		},
	}, nil
}
