package config

import (
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
)

// What holds where the document says nothing.
const (
	defaultStore  = "sereno.db"
	defaultListen = "127.0.0.1:8080"
)

// process reads the settings of the process: what differs from one machine to
// another, and may come from the environment.
func (r *reader) process(c *Config, f map[string]value) {
	r.part("store", func() { c.Store = f["store"].store() })
	c.Listen = f["listen"].address()
	c.Log = f["log"].log()
	c.Slack = f["slack"].slack()
	c.Discord = f["discord"].discord()
	c.Mattermost = f["mattermost"].mattermost()
	c.Mail = f["mail"].mail()
	c.Notifiers = f["notifiers"].readNotifiers(f["public_url"].present())
	for _, n := range c.Notifiers {
		r.forms[n.Name] = n.form
	}
	c.Heartbeat = f["heartbeat"].heartbeat()
	r.part("assistant", func() { c.Assistant = f["assistant"].assistant() })
	r.articles = company.DefaultKB()
	c.KB = f["kb"].kb(filepath.Dir(r.file))
}

// part reads a part of the document whose references may be the only ones to follow.
func (r *reader) part(name string, read func()) {
	kept := r.keep
	r.keep = kept && r.alone != name
	read()
	r.keep = kept
}

// connects finds the platforms and notifiers that the document connects.
func (r *reader) connects(f map[string]value) {
	for _, name := range []string{slack, discord, mattermost, mail} {
		if f[name].present() {
			r.connected = append(r.connected, name)
		}
	}
	for _, n := range f["notifiers"].entries() {
		if !isPlatform(n.name()) { // which is reported when it is read
			r.notifiers = append(r.notifiers, n.name())
		}
	}
	r.connected = append(r.connected, r.notifiers...)
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

// baseURL reads a web address under which there are others; it ends in a slash.
func (v value) baseURL(def string) string {
	s := v.webAddress(def, def, "https", "http")
	if s == "" || v.kept() {
		return s
	}
	return s + "/"
}

// webAddress reads an address of one of the schemes, without a slash at its
// end; def where there is none.
func (v value) webAddress(def, example string, schemes ...string) string {
	s := v.setting(def)
	if s == "" || v.kept() {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		v.wrong(say(badURL), say(write, "example", example))
		return strings.TrimRight(def, "/")
	}
	return strings.TrimRight(s, "/")
}

// publicURL reads the address at which people reach our server.
func (v value) publicURL() string {
	if !v.present() {
		return ""
	}
	return v.webAddress("", exampleCallbackURL, "https", "http")
}

// kb reads where the articles are; paths are relative to the document's folder.
func (v value) kb(folder string) KB {
	var out KB
	if !v.present() {
		return out
	}
	f, _ := v.fields(kbKeys)
	v.r.articles = lifeOfArticles(f)
	for _, item := range f["sources"].items() {
		s, ok := item.source(folder)
		if ok && slices.ContainsFunc(out.Sources, func(other Source) bool { return other.Path == s.Path }) {
			item.wrong(say(sourceTwice, "path", quoted(s.Path)), say(keepOne))
			continue
		}
		if ok {
			out.Sources = append(out.Sources, s)
		}
	}
	out.Precision = f["precision"].part("0.75")
	out.Confidence = f["confidence"].part("0.6")
	if f["precision"].present() && f["confidence"].present() {
		f["confidence"].wrong(say(besidePrecision), say(keepOne))
	}
	for _, group := range f["synonyms"].atMost(maxSynonyms).items() {
		out.Synonyms = append(out.Synonyms, group.synonyms())
	}
	return out
}

// lifeOfArticles reads who may publish, and when people are reminded.
func lifeOfArticles(f map[string]value) company.KB {
	out := company.DefaultKB()
	if roles := f["publishers"].items(); len(roles) > 0 {
		out.Publishers = nil
		for _, item := range roles {
			if s, ok := item.oneOf(aRole, ourRoles); ok {
				out.Publishers = append(out.Publishers, company.Role(s))
			}
		}
	}
	if f["publishers"].isEmptyList() {
		f["publishers"].wrong(say(emptyList), say(write, "example", "[lead, quality]"))
	}
	out.ReviewEvery = f["review_every"].duration(0, out.ReviewEvery)
	out.RemindEvery = f["remind_every"].duration(time.Hour, out.RemindEvery)
	out.Review = f["review"].reviewRule(out.Review)
	return out
}

// maxAnswers bounds how many answers put an article up for review, the others how far
// back incidents count.
const (
	maxAnswers      = 1000
	minReviewWithin = 24 * time.Hour
	maxReviewWithin = 365 * 24 * time.Hour
)

// reviewRule reads what puts an article up for review.
func (v value) reviewRule(def company.ReviewRule) company.ReviewRule {
	if !v.present() {
		return def
	}
	f, _ := v.fields(reviewKeys)
	def.Refusals = f["refusals"].count(maxAnswers, def.Refusals)
	if f["share"].present() {
		def.Share = f["share"].part("50%")
	}
	def.Incidents = f["incidents"].count(maxAnswers, def.Incidents)
	within := f["within"].durationWithin(0, maxReviewWithin, def.Within)
	if within < minReviewWithin {
		f["within"].wrong(say(tooShort, "text", quoted(f["within"].node.Value)), say(write, "example", "24h"))
		return def
	}
	def.Within = within
	return def
}

// count reads a whole number from 0; def where there is none.
func (v value) count(most, def int) int {
	s, ok := v.plain()
	if !ok {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most {
		v.wrong(say(notBetween, "text", quoted(s), "low", 0, "high", most), say(writeBetween, "low", 0, "high", most))
		return def
	}
	return n
}

// part reads a share between 0 and 1, neither included; 0 when there is none.
func (v value) part(example string) float64 {
	s, ok := v.plain()
	if !ok {
		return 0
	}
	share, ok := parseShare(s)
	if !ok || !(share > 0 && share < 1) {
		v.wrong(say(notAShare, "text", quoted(s)), say(write, "example", example))
		return 0
	}
	return share
}

// Bounds of the synonyms, in groups and in words of one group.
const (
	maxSynonyms = 1000
	maxAlike    = 20
)

// synonyms reads one group of words that stand for each other.
func (v value) synonyms() []string {
	var out []string
	for _, item := range v.atMost(maxAlike).items() {
		if s, ok := item.plain(); ok {
			out = append(out, s)
		}
	}
	if len(out) == 1 && len(v.items()) == 1 {
		v.wrong(say(oneAlike, "text", quoted(out[0])), say(write, "example", "[POS, terminal]"))
	}
	return out
}
