// Two grants that oidc-provider leaves to others: a JWT signed by a service account (RFC 7523), and
// a user name with a password (RFC 6749, 4.3). Both end in the provider's own access tokens.
import { importSPKI, decodeJwt, jwtVerify } from 'jose'
import { errors } from 'oidc-provider'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const LONGEST_ASSERTION = 3600 // seconds, as Google has it

async function formOf(request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString()))
}

// RFC 7523, 3.1: a client need not say who it is beside its assertion. The provider wants to know.
async function clientOfAssertion(context, next) {
  if (context.path === '/token' && context.is('application/x-www-form-urlencoded')) {
    const form = await formOf(context.req)
    if (form.assertion && !form.client_id && !context.headers.authorization) {
      try {
        form.client_id = decodeJwt(form.assertion).iss
      } catch {
        // no JWT at all, and so no client
      }
    }
    context.req.body = form
  }
  return next()
}

function grantedScope(asked, known) {
  const unknown = asked.filter((one) => one !== known)
  if (unknown.length) throw new errors.InvalidScope('requested scope is not known', unknown.join(' '))
  return asked.join(' ') || undefined
}

async function grant(context, token) {
  const value = await token.save()
  context.body = {
    access_token: value,
    expires_in: token.expiration,
    token_type: token.tokenType,
    scope: token.scope,
  }
}

function jwtBearer(provider, { accounts, scope, audience }) {
  const seen = new Map()

  async function verified(assertion, account) {
    const { payload } = await jwtVerify(assertion, await importSPKI(account.key, account.algorithm), {
      algorithms: [account.algorithm],
      issuer: account.issuer,
      audience,
      requiredClaims: ['iat', 'exp'],
      maxTokenAge: LONGEST_ASSERTION, // and not signed in the future
    })
    if (payload.exp - payload.iat > LONGEST_ASSERTION) throw new Error('it is valid for too long')
    if (payload.sub && payload.sub !== account.subject) throw new Error('it is for another subject')
    const now = Date.now() / 1000
    for (const [id, end] of seen) if (end < now) seen.delete(id)
    if (seen.has(payload.jti)) throw new Error('it was used before')
    if (payload.jti) seen.set(payload.jti, payload.exp)
    return payload
  }

  return async (context) => {
    const { client, params } = context.oidc
    const account = accounts.find((one) => one.issuer === client.clientId)
    const claims = await verified(params.assertion, account).catch((error) => {
      throw new errors.InvalidGrant(error.message)
    })
    const asked = `${claims.scope ?? ''} ${params.scope ?? ''}`.split(' ').filter(Boolean)
    const granted = grantedScope([...new Set(asked)], scope)
    return grant(context, new provider.ClientCredentials({ client, scope: granted }))
  }
}

function password(provider, { users, scope }) {
  return async (context) => {
    const { client, params } = context.oidc
    if (!params.username || users[params.username] !== params.password) {
      throw new errors.InvalidGrant('user name or password')
    }
    const granted = grantedScope((params.scope ?? '').split(' ').filter(Boolean), scope)
    const accountId = params.username
    return grant(context, new provider.AccessToken({ accountId, client, gty: 'password', scope: granted }))
  }
}

export function registerGrants(provider, settings) {
  provider.use(clientOfAssertion)
  provider.registerGrantType(JWT_BEARER, jwtBearer(provider, settings), ['assertion', 'scope'])
  provider.registerGrantType('password', password(provider, settings), ['username', 'password', 'scope'])
}
