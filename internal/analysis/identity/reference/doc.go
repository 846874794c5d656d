// Package reference says which actions, resource types and condition keys AWS has.
//
// The facts come from a dated file that internal/gen/iamreference makes of published
// packages and that the binary carries; Version says which. An action that the file
// does not know is no error: AWS adds some every day, and a pattern of a policy may
// well match one. Lookup and Key tell known from unknown, and the
// caller keeps what is unknown.
//
// Names of actions and condition keys are compared without regard to case, as AWS
// does, and shown in the case of AWS's documentation. A part of a condition key or of
// an ARN that is filled in per request, such as a tag's key, is shown as "*".
package reference
