package config

import (
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What holds where the document says nothing.
const (
	defaultStore       = "sereno.db"
	defaultListen      = "127.0.0.1:8080"
	defaultSlackURL    = "https://slack.com/api/"
	maxConnections     = 10 // as many as Slack gives one app
	defaultConnections = 1
)

// process reads the settings of the process: what differs from one machine to
// another, and may come from the environment.
func (r *reader) process(c *Config, f map[string]value) {
	c.Store = f["store"].store()
	c.Listen = f["listen"].address()
	c.Log = f["log"].log()
	if f["slack"].present() {
		c.Slack = f["slack"].slack()
	}
	c.KB = f["kb"].kb(filepath.Dir(r.file))
}

// store reads where the state is kept. The address of a database that is not
// ours would else be taken for a file's name.
func (v value) store() string {
	s := v.setting(defaultStore)
	scheme, _, isURL := strings.Cut(s, "://")
	if isURL && !v.kept() && scheme != "postgres" && scheme != "postgresql" {
		v.wrong(say(badStore), say(writeEither, "one", defaultStore, "other", "postgres://user:password@host/sereno"))
	}
	return s
}

// address reads host:port; the host may be left out.
func (v value) address() string {
	s := v.setting(defaultListen)
	if v.kept() {
		return s
	}
	_, port, err := net.SplitHostPort(s)
	n, perr := strconv.Atoi(port)
	if err != nil || perr != nil || n < 0 || n > 65535 {
		v.wrong(say(badAddress), say(write, "example", defaultListen))
	}
	return s
}

func (v value) log() Log {
	out := Log{Level: slog.LevelInfo, Format: logFormats[0]}
	if !v.present() {
		return out
	}
	f, _ := v.fields(logKeys)
	if s, ok := f["level"].oneOf(aLogLevel, logLevels); ok {
		// The words are slog's own, so they are always understood.
		if err := out.Level.UnmarshalText([]byte(s)); err != nil {
			f["level"].wrong(say(notA, "text", quoted(s), "kind", aLogLevel), say(writeOneOf, "words", logLevels))
		}
	}
	if s, ok := f["format"].oneOf(aLogFormat, logFormats); ok {
		out.Format = s
	}
	return out
}

func (v value) slack() *Slack {
	s := &Slack{Mode: Socket, APIURL: defaultSlackURL, Connections: defaultConnections}
	f, ok := v.fields(slackKeys)
	if !ok {
		return s
	}
	s.BotToken = f["bot_token"].token("xapp-", "xoxb-")
	s.AppToken = f["app_token"].token("xoxb-", "xapp-")
	s.SigningSecret = Secret(f["signing_secret"].setting(""))
	if mode, ok := f["mode"].oneOf(aMode, []string{string(Socket), string(HTTP)}); ok {
		s.Mode = Mode(mode)
	}
	s.APIURL = f["api_url"].baseURL(defaultSlackURL)
	s.Connections = f["connections"].number(1, maxConnections, defaultConnections)
	switch _, written := f["app_token"]; {
	case s.Mode == Socket && !written:
		v.wants(say(noAppToken), say(writeEither, "one", "app_token: ${SLACK_APP_TOKEN}", "other", "mode: http"))
	case s.Mode == HTTP:
		if _, written := f["signing_secret"]; !written {
			v.wants(say(noSigningSecret), say(write, "example", "signing_secret: ${SLACK_SIGNING_SECRET}"))
		}
	}
	return s
}

// token reads a token; other begins a token of the other kind, which people
// take for this one.
func (v value) token(other, own string) Secret {
	s := v.setting("")
	if strings.HasPrefix(s, other) {
		v.wrong(say(wrongToken), say(writeToken, "prefix", own))
	}
	return Secret(s)
}

func (v value) baseURL(def string) string {
	s := v.setting(def)
	if v.kept() {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		v.wrong(say(badURL), say(write, "example", def))
		return def
	}
	return strings.TrimSuffix(s, "/") + "/"
}

// kb reads where the articles are; paths are relative to the document's folder.
func (v value) kb(folder string) KB {
	var out KB
	if !v.present() {
		return out
	}
	f, _ := v.fields(kbKeys)
	for _, item := range f["sources"].items() {
		s := item.setting("")
		if s == "" {
			continue
		}
		if !filepath.IsAbs(s) {
			s = filepath.Join(folder, s)
		}
		if _, err := os.Stat(s); err != nil && v.r.disk && !item.kept() {
			item.wrong(say(sourceUnreadable, "path", quoted(s), "reason", fileReason(err)), say(makeSource))
		}
		out.Sources = append(out.Sources, s)
	}
	if s, ok := f["confidence"].plain(); ok {
		share, ok := parseShare(s)
		if !ok || !(share > 0 && share < 1) {
			f["confidence"].wrong(say(notAShare, "text", quoted(s)), say(write, "example", "0.6"))
		}
		out.Confidence = share
	}
	return out
}
