package awstest

import (
	"reflect"
)

// newOutput makes an empty answer for the operation: the result type of the client
// method of that name, found among the session's clients by the input's package.
func (f *Fake) newOutput(input any, op string) any {
	pkg := reflect.TypeOf(input).Elem().PkgPath()
	for _, client := range f.session.Clients() {
		t := reflect.TypeOf(client)
		if t.Elem().PkgPath() != pkg {
			continue
		}
		if m, ok := t.MethodByName(op); ok {
			return reflect.New(m.Type.Out(0).Elem()).Interface()
		}
	}
	return nil
}
