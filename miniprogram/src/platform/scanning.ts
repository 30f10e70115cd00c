/** Reading a QR code with the camera. */

/** Whether this device reads codes; where it does not, the page asks for the text instead. */
export function canScan(): boolean {
  // #ifdef MP-WEIXIN
  return true
  // #endif
  // #ifndef MP-WEIXIN
  return typeof detectorOf() === 'function'
  // #endif
}

/** Reads one QR code and returns its text; null where the person turned back or none was found. */
export function scan(): Promise<string | null> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.scanCode({
      scanType: ['qrCode'],
      success: ({ result }) => resolve(result),
      fail: () => resolve(null),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return scanPhoto()
  // #endif
}

// #ifndef MP-WEIXIN
interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options: { formats: string[] }) => Detector

function detectorOf(): DetectorClass | undefined {
  return (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
}

/** A browser reads the code off a photo: the picture stays on the device. */
async function scanPhoto(): Promise<string | null> {
  const Detector = detectorOf()
  const path = await photograph()
  if (!Detector || !path) return null
  const picture = new Image()
  picture.src = path
  await picture.decode()
  const found = await new Detector({ formats: ['qr_code'] }).detect(picture)
  return found[0]?.rawValue ?? null
}

function photograph(): Promise<string | null> {
  return new Promise((resolve) => {
    uni.chooseImage({
      count: 1,
      success: ({ tempFilePaths }) => resolve(tempFilePaths[0] ?? null),
      fail: () => resolve(null),
    })
  })
}
// #endif
