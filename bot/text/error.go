package text

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sereno/bot/company"
)

// Error is an error that people are told in their language; in a log it reads
// English. Values that can be told in a language themselves are.
type Error struct {
	key   string
	args  []any
	cause error
}

// NewError is the error of the key; args are as T takes them.
func NewError(key string, args ...any) error { return &Error{key: key, args: args} }

// WrapError is the error of the key, whose value {cause} is another error, as that
// is told.
func WrapError(cause error, key string, args ...any) error {
	return &Error{key, append(slices.Clone(args), "cause", told{cause}), cause}
}

func (e *Error) Error() string { return e.In(company.English) }

func (e *Error) Unwrap() error { return e.cause }

// In is the error in the language.
func (e *Error) In(lang company.Lang) string {
	args := slices.Clone(e.args)
	for i := 1; i < len(args); i += 2 {
		if v, ok := args[i].(interface{ In(company.Lang) string }); ok {
			args[i] = v.In(lang)
		}
	}
	return T(lang, e.key, args...)
}

// told is an error as a value of another one.
type told struct{ error }

func (t told) In(lang company.Lang) string { return Told(lang, t.error) }

// Told is the error as people are told it: what can be told in the language is, and
// what was put around it stays as it is.
func Told(lang company.Lang, err error) string {
	var known interface {
		error
		In(company.Lang) string
	}
	if !errors.As(err, &known) {
		return err.Error()
	}
	return strings.Replace(err.Error(), known.Error(), known.In(lang), 1)
}

// Literal is somebody's text as a message can repeat it: on one line, and without
// what a terminal obeys.
func Literal(s string) string {
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}
