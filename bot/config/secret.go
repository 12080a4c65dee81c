package config

import (
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// mask stands where a secret is not shown.
const mask = "•••"

// Secret is a text that never shows itself: printed, logged or marshalled it
// is masked.
type Secret string

// Reveal gives the secret, for the one call that needs it.
func (s Secret) Reveal() string { return string(s) }

// String masks the secret; an empty one shows as empty.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString masks the secret in %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText masks the secret in JSON, YAML and structured logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// tokenForm is how the tokens of Slack and of Discord look (the bot's id in
// base64, an instant, a signature). Mattermost's look like any id of its own.
var tokenForm = regexp.MustCompile(`xox[a-z]-|xapp-|xoxe\.|[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}`)

// looksSecret knows the tokens of a chat platform wherever somebody put them.
func looksSecret(s string) bool { return tokenForm.MatchString(s) }

// redactDSN hides the password in the address of a store.
func redactDSN(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" && u.Host != "" {
		q := u.Query()
		if q.Has("password") {
			q.Set("password", "xxxxx")
			u.RawQuery = q.Encode()
		}
		return u.Redacted()
	}
	if strings.Contains(dsn, "password") || strings.Contains(dsn, "@") {
		return mask
	}
	return dsn
}

// maxSecretFile is more than any token or certificate takes.
const maxSecretFile = 64 << 10

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// setting reads a text of the process's part, in which ${NAME} stands for a
// variable of the environment, ${file:/path} for a file's content without its
// last line break, and $${ for ${ itself. def where the document has none.
// Problems never repeat what it holds.
func (v value) setting(def string) string {
	s, ok := v.text()
	if !ok {
		return def
	}
	if v.r.keep {
		return s
	}
	var out strings.Builder
	for {
		start := strings.Index(s, "${")
		if start < 0 {
			out.WriteString(s)
			break
		}
		if start > 0 && s[start-1] == '$' {
			out.WriteString(s[:start-1] + "${")
			s = s[start+2:]
			continue
		}
		out.WriteString(s[:start])
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			v.wrong(say(openReference), say(writeReference))
			return def
		}
		content, ok := v.refer(s[start+2 : start+end])
		if !ok {
			return def
		}
		out.WriteString(content)
		s = s[start+end+1:]
	}
	return out.String()
}

// kept says that the value holds a reference that is left as it is written.
func (v value) kept() bool {
	return v.node != nil && v.r.keep && strings.Contains(v.node.Value, "${")
}

// refer follows one reference.
func (v value) refer(name string) (string, bool) {
	if path, isFile := strings.CutPrefix(name, "file:"); isFile {
		return v.referFile(path)
	}
	if !envName.MatchString(name) {
		v.wrong(say(badReference), say(writeReference))
		return "", false
	}
	content, set := v.r.env(name)
	switch {
	case !set:
		v.wrong(say(notSet, "name", name), say(setVariable, "name", name))
		return "", false
	case strings.TrimSpace(content) == "":
		v.wrong(say(setEmpty, "name", name), say(setVariable, "name", name))
		return "", false
	}
	return content, true
}

func (v value) referFile(path string) (string, bool) {
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(v.r.file), path)
	}
	content, err := readSecretFile(path)
	if err != nil {
		v.wrong(say(fileUnreadable, "path", quoted(path), "reason", fileReason(err)), say(checkFile))
		return "", false
	}
	return content, true
}

func fileReason(err error) msg {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fileMissing
	case errors.Is(err, os.ErrPermission):
		return fileForbidden
	case errors.Is(err, errEmpty):
		return fileEmpty
	}
	return fileOther
}

var (
	errEmpty   = errors.New("empty")
	errNotFile = errors.New("not a file of at most 64 KiB")
)

// readSecretFile reads a regular file: a pipe or a device could block or
// never end.
func readSecretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecretFile {
		return "", errNotFile
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile))
	if err != nil {
		return "", err
	}
	s := strings.TrimRight(string(data), "\r\n")
	if strings.TrimSpace(s) == "" {
		return "", errEmpty
	}
	return s, nil
}
