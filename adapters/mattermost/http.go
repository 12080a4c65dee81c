package mattermost

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

// Paths under the callback address. The name of a command stands behind CommandsPath.
const (
	ActionsPath  = "/mattermost/actions"
	DialogsPath  = "/mattermost/dialogs"
	CommandsPath = "/mattermost/commands/"
)

// maxBody bounds a request. The largest is a dialog with its 3,000 characters
// for each input.
const maxBody = 1 << 20

// Handler takes the server's calls under /mattermost/: presses, dialogs and
// commands. It can be mounted before Run, and answers 503 until then. An answer
// of 200 means that the event is durable; any other is shown to the person, who
// can try again.
func (a *Adapter) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+ActionsPath, a.taking("application/json", a.pressed))
	mux.HandleFunc("POST "+DialogsPath, a.taking("application/json", a.submitted))
	mux.HandleFunc("POST "+CommandsPath+"{name}", a.taking("application/x-www-form-urlencoded", a.typed))
	mux.HandleFunc("GET "+ActionsPath, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// refusal is why a call is not let in.
type refusal struct {
	status int
	reason string // counted as
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }

func unsigned(err error) error { return &refusal{http.StatusUnauthorized, "signature", err} }
func bad(err error) error      { return &refusal{http.StatusBadRequest, "malformed", err} }

// taking reads a body of the type and answers as the taker says: nil when the
// event is durable, and what it wants to be answered.
func (a *Adapter) taking(media string, take func(*http.Request, *session, []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := a.session.Load()
		if s == nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		body, err := readBody(w, r, media)
		var answer any
		if err == nil {
			answer, err = take(r, s, body)
		}
		var no *refusal
		switch {
		case errors.As(err, &no):
			a.refused(s.in, no.reason, no.err)
			http.Error(w, no.reason, no.status)
		case err != nil:
			a.unaccepted(err)
			http.Error(w, "not taken", http.StatusServiceUnavailable)
		default:
			a.answer(w, answer)
		}
	}
}

func readBody(w http.ResponseWriter, r *http.Request, media string) ([]byte, error) {
	if given, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || given != media {
		return nil, bad(malformed("content type"))
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &refusal{http.StatusRequestEntityTooLarge, "too_large", err}
	}
	if err != nil {
		return nil, bad(malformed("the body broke off"))
	}
	return body, nil
}

// answer writes JSON: the server takes an answer that is none for a failure.
func (a *Adapter) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		a.log.Debug("the server did not wait for the answer", "err", err)
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	if p, ok := v.(*pressAnswer); ok && p.given != nil {
		close(p.given)
	}
}

// pressAnswer is what a press is answered with.
type pressAnswer struct {
	model.PostActionIntegrationResponse
	given chan struct{} // closed when it was written, for who waits for that
}

// trimmedName is a command's name in a path.
func trimmedName(r *http.Request) string { return strings.ToLower(r.PathValue("name")) }
