/** Sends requests by uni.request and uni.uploadFile, which both platforms have. */
import { TimedOut, Unreachable, type Transport, type WireAnswer, type WireRequest } from '@/api/wire'

export const transport: Transport = (request) => (request.file ? upload(request) : send(request))

function send(request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: request.url,
      method: request.method,
      header: request.headers,
      data: request.body,
      dataType: 'text', // our client parses: uni would guess
      responseType: request.binary ? 'arraybuffer' : 'text',
      timeout: request.timeoutMs,
      success: (answer) => resolve(answerOf(answer.statusCode, answer.data)),
      fail: (failure) => reject(failureOf(failure.errMsg)),
    })
  })
}

function upload(request: WireRequest): Promise<WireAnswer> {
  const { field, path } = request.file as { field: string; path: string }
  return new Promise((resolve, reject) => {
    uni.uploadFile({
      url: request.url,
      header: request.headers,
      name: field,
      filePath: path,
      timeout: request.timeoutMs,
      success: (answer) => resolve(answerOf(answer.statusCode, answer.data)),
      fail: (failure) => reject(failureOf(failure.errMsg)),
    })
  })
}

function answerOf(status: number, data: unknown): WireAnswer {
  if (data instanceof ArrayBuffer)
    return status < 400 ? { status, text: '', bytes: data } : { status, text: textOf(data) }
  return { status, text: typeof data === 'string' ? data : '' }
}

/** Decodes UTF-8; the phone's logic layer has no TextDecoder. */
function textOf(data: ArrayBuffer): string {
  const escaped = Array.from(new Uint8Array(data), (byte) => `%${byte.toString(16).padStart(2, '0')}`)
  try {
    return decodeURIComponent(escaped.join(''))
  } catch {
    return ''
  }
}

function failureOf(words: string | undefined): Unreachable | TimedOut {
  return /time-?\s?out/i.test(words ?? '') ? new TimedOut(words) : new Unreachable(words)
}
