package mattermosttest

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

const api = "/api/v4"

// routes are the calls that the adapter makes. Those that are told to send,
// edit, remove or react are counted, and can be made to fail.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	get := func(path string, do func(*http.Request) (any, error)) {
		mux.HandleFunc("GET "+api+path, s.asBot(false, http.StatusOK, do))
	}
	get("/users/{user}", s.getUser)
	get("/users/{user}/{what}", s.getOfUser)
	get("/users/{user}/teams/{team}/channels", s.getMyChannels)
	get("/teams/{team}/members/{user}", s.getTeamMember)
	get("/channels/{channel}", s.getChannel)
	get("/channels/{channel}/members/{user}", s.getChannelMember)
	get("/channels/{channel}/posts", s.getPosts)
	get("/posts/{post}", s.getPost)
	get("/commands", s.listCommands)
	get("/groups/{group}", func(*http.Request) (any, error) {
		return nil, refuse(http.StatusNotImplemented, "api.ldap_groups.license_error")
	})
	get("/config", s.getConfig)
	mux.HandleFunc("GET "+api+"/files/{file}", s.getFile)
	mux.HandleFunc("GET "+api+"/config/client", s.limited(s.getClientConfig))
	mux.HandleFunc("GET "+api+"/system/ping", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "OK"})
	})
	mux.HandleFunc("GET "+api+"/websocket", s.serveSocket)

	call := func(pattern string, status int, do func(*http.Request) (any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+api+path, s.asBot(true, status, do))
	}
	call("POST /posts", http.StatusCreated, s.createPost)
	call("POST /posts/ephemeral", http.StatusCreated, s.createNote)
	call("PUT /posts/{post}/patch", http.StatusOK, s.patchPost)
	call("DELETE /posts/{post}", http.StatusOK, s.deletePost)
	call("POST /reactions", http.StatusCreated, s.createReaction)
	call("POST /actions/dialogs/open", http.StatusOK, s.openDialog)
	call("POST /uploads", http.StatusCreated, s.createUpload)
	call("POST /uploads/{upload}", http.StatusCreated, s.uploadData)
	mux.HandleFunc("POST /hooks/commands/{hook}", s.failing(true, s.respond))

	other := func(pattern string, status int, do func(*http.Request) (any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+api+path, s.asBot(false, status, do))
	}
	other("POST /channels/direct", http.StatusCreated, s.createDirect)
	other("POST /roles/names", http.StatusOK, s.rolesByNames)
	other("POST /commands", http.StatusCreated, s.createCommand)
	other("PUT /commands/{command}", http.StatusOK, s.updateCommand)
	other("DELETE /commands/{command}", http.StatusOK, s.deleteCommand)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, notFound("api.context.404.app_error"))
	})
	return mux
}

// refuse is how the server says no.
func refuse(status int, id string) *model.AppError {
	return &model.AppError{Id: id, Message: id, StatusCode: status, RequestId: model.NewId()}
}

func notFound(id string) *model.AppError { return refuse(http.StatusNotFound, id) }

func notAllowed() *model.AppError {
	return refuse(http.StatusForbidden, "api.context.permissions.app_error")
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a caller who has left needs no answer
}

// asBot lets the bot alone in, and does the call and writes its answer under the
// lock: what it answers goes on changing.
func (s *Server) asBot(sends bool, status int, do func(*http.Request) (any, error)) http.HandlerFunc {
	return s.failing(sends, func(w http.ResponseWriter, r *http.Request) {
		if !s.authorized(w, r) {
			return
		}
		s.mu.Lock()
		v, err := do(r)
		data, broken := json.Marshal(v)
		s.mu.Unlock()
		if app, ok := err.(*model.AppError); ok {
			reply(w, app.StatusCode, app)
			return
		}
		if broken != nil {
			panic(broken)
		}
		reply(w, status, json.RawMessage(data))
	})
}

func (s *Server) authorized(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	good := !s.revoked && r.Header.Get("Authorization") == "BEARER "+s.o.Token
	s.mu.Unlock()
	if !good {
		reply(w, http.StatusUnauthorized, refuse(http.StatusUnauthorized, "api.context.session_expired.app_error"))
	}
	return good
}

// failing counts the call and lets it fail as it was told to.
func (s *Server) failing(sends bool, next http.HandlerFunc) http.HandlerFunc {
	return s.limited(func(w http.ResponseWriter, r *http.Request) {
		f := s.fault(r, sends)
		if f == nil {
			next(w, r)
			return
		}
		if f.Wait != nil {
			select {
			case <-f.Wait:
			case <-r.Context().Done():
				return
			case <-s.done:
				return
			}
		}
		if f.Status == 0 && f.Wait != nil && !f.Done { // only late
			next(w, r)
			return
		}
		if f.Done {
			next(httptest.NewRecorder(), r)
		} else {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		switch {
		case f.Status == 0:
			panic(http.ErrAbortHandler)
		case f.Status == http.StatusTooManyRequests:
			limits(w, f.RetryAfter)
		case f.ID != "":
			reply(w, f.Status, refuse(f.Status, f.ID))
		default:
			http.Error(w, "<html>"+http.StatusText(f.Status)+"</html>", f.Status)
		}
	})
}

func (s *Server) fault(r *http.Request, sends bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	if sends {
		s.sending++
	}
	for i, f := range s.faults {
		if f.match == nil && sends || f.match != nil && f.match(r.Method, r.URL.Path) {
			s.faults = slices.Delete(s.faults, i, i+1)
			return f
		}
	}
	if s.o.Chaos != nil {
		return s.o.Chaos(r.Method, r.URL.Path)
	}
	return nil
}

// limited notes the call, and lets it through when the limit allows
// (app/ratelimit.go).
func (s *Server) limited(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		s.mu.Lock()
		s.calls = append(s.calls, Call{r.Method, r.URL.Path, now})
		wait := s.limiter.take(now)
		s.mu.Unlock()
		if wait > 0 {
			limits(w, wait)
			return
		}
		next(w, r)
	}
}

// limits answers that there were too many calls, in plain text as the server does.
func limits(w http.ResponseWriter, wait time.Duration) {
	secs := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	w.Header().Set("X-RateLimit-Limit", "100")
	w.Header().Set("X-RateLimit-Remaining", "0")
	w.Header().Set("X-RateLimit-Reset", secs)
	w.Header().Set("Retry-After", secs)
	http.Error(w, "limit exceeded", http.StatusTooManyRequests)
}

// decoded reads a body; the zero value when it is none.
func decoded[T any](r *http.Request) T {
	var v T
	_ = json.NewDecoder(r.Body).Decode(&v) // the caller's checks refuse what is missing then
	return v
}
