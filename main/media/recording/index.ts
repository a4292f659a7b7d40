export { createCallRecorder, recordingMaxMs, type CallRecorder, type RecordingEnd } from './call-recorder.ts';
export { createRecordingFile, type RecordingFault, type RecordingFile } from './recording-file.ts';
